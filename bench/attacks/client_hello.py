"""A ClientHello of TLS 1.3 (RFC 8446 4.1.2) that offers one group, made without a handshake library."""

import os
import struct

# The groups over finite fields (RFC 8446 4.2.7) with the size of a public key.
FFDHE = {"ffdhe2048": (0x0100, 256), "ffdhe3072": (0x0101, 384), "ffdhe4096": (0x0102, 512),
         "ffdhe6144": (0x0103, 768), "ffdhe8192": (0x0104, 1024)}
HANDSHAKE_RECORD, ALERT_RECORD = 22, 21


def _sized(data, size_of_size=2):
    return len(data).to_bytes(size_of_size, "big") + data


def _extension(number, data):
    return struct.pack(">H", number) + _sized(data)


def client_hello(group):
    """Returns the record of a ClientHello with a key share of this finite field group."""
    number, size = FFDHE[group]
    key = (4).to_bytes(size, "big")  # a square, so that it is in each of the groups
    extensions = b"".join((
        _extension(43, b"\x02\x03\x04"),                                    # supported_versions
        _extension(10, _sized(struct.pack(">H", number))),                  # supported_groups
        _extension(13, _sized(struct.pack(">HHH", 0x0403, 0x0804, 0x0401))),  # signature_algorithms
        _extension(51, _sized(struct.pack(">H", number) + _sized(key)))))   # key_share
    body = b"\x03\x03" + os.urandom(32) + _sized(b"", 1) + _sized(b"\x13\x01") + b"\x01\x00" + _sized(extensions)
    return b"\x16\x03\x01" + _sized(b"\x01" + _sized(body, 3))
