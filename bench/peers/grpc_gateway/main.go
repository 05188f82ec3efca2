// The shop and what growth is measured with behind grpc-gateway:
//
//	gateway LISTEN BACKEND
//
// net/http in front, one connection to the backend; of the JSON, defaults are left out, as the
// other gateways do.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"

	"trestle.example/peers/growth"
	"trestle.example/peers/shop"
)

const maxMessage = 256 << 20

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: gateway LISTEN BACKEND")
	}
	connection, err := grpc.NewClient(os.Args[2],
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)))
	if err != nil {
		log.Fatal(err)
	}
	mux := runtime.NewServeMux(runtime.WithMarshalerOption(runtime.MIMEWildcard,
		&runtime.JSONPb{MarshalOptions: protojson.MarshalOptions{EmitUnpopulated: false}}))
	if err := shop.RegisterShopHandler(context.Background(), mux, connection); err != nil {
		log.Fatal(err)
	}
	if err := growth.RegisterGrowthHandler(context.Background(), mux, connection); err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(os.Args[1], mux))
}
