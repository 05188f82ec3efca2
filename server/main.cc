// The stand-alone gateway: all its routes come from descriptor sets.

#include "trestle/server/gateway_main.h"

int main(int argc, char** argv) { return trestle::GatewayMain(argc, argv, {}); }
