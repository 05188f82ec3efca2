// Includes the whole public API of generated clients.

#ifndef TRESTLE_CLIENT_CPP_CLIENT_H_
#define TRESTLE_CLIENT_CPP_CLIENT_H_

#include "trestle/client/cpp/client_method.h"
#include "trestle/client/cpp/detail.h"
#include "trestle/client/cpp/http_transport.h"
#include "trestle/client/cpp/in_memory_transport.h"
#include "trestle/client/cpp/options.h"
#include "trestle/client/cpp/pages.h"
#include "trestle/client/cpp/rest_channel.h"
#include "trestle/client/cpp/stream.h"
#include "trestle/client/cpp/transport.h"

#endif  // TRESTLE_CLIENT_CPP_CLIENT_H_
