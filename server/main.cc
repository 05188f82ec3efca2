// The stand-alone gateway: everything that it serves comes from descriptor sets.

#include "trestle/server/gateway_main.h"

int main(int argc, char** argv) { return trestle::GatewayMain(argc, argv, {}); }
