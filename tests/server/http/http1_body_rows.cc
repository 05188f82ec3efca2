// Where a message ends: lengths, chunks, trailers.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "trestle/tests/server/http/http1_rows.h"

namespace trestle {
namespace {

constexpr Http1Row::Connection kOpen = Http1Row::kOpen, kClosed = Http1Row::kClosed;

constexpr char kAbc[] = "200 POST / 3:abc";
constexpr char kNothing[] = "200 POST / 0:";
constexpr char kBadLength[] = "400 the Content-Length is not a number of bytes";
constexpr char kTwoLengths[] = "400 the request has more than one Content-Length header";
constexpr char kTwoCodings[] = "400 the request has more than one Transfer-Encoding header";
constexpr char kBoth[] = "400 the request has both Content-Length and Transfer-Encoding";
constexpr char kOldCoding[] = "400 HTTP/1.0 has no Transfer-Encoding";
constexpr char kBadCoding[] = "400 the Transfer-Encoding must be exactly `chunked`";
constexpr char kOtherCoding[] = "501 unsupported transfer coding; only `chunked` is supported";
constexpr char kTooLarge[] = "413 the request's body is larger than 100 bytes";
constexpr char kBadSize[] = "400 the size of a chunk of the body is not a hexadecimal number";
constexpr char kBadEnd[] = "400 a chunk of the body is not followed by CRLF";
constexpr char kNoCrlf[] = "400 a line of the chunked body does not end in CRLF";
constexpr char kControl[] = "400 the extensions of a chunk contain a control character";
constexpr char kTooMuch[] =
    "400 the chunked body has more than 1000 bytes of extensions and trailers";
constexpr char kManyTrailers[] = "400 the chunked body has more than 10 trailers";
constexpr char kBadField[] = "400 a header line is not `name: value`";

std::string Length(absl::string_view length, absl::string_view body = "abc") {
  return Post(absl::StrCat("Content-Length: ", length, "\n"), body);
}

std::string Coding(absl::string_view coding) {
  return Post(absl::StrCat("Transfer-Encoding: ", coding, "\n"), "3\nabc\n0\n\n");
}

// The one chunk "abc" with its size spelled as `size`.
std::string Size(absl::string_view size) { return Chunked(absl::StrCat(size, "\nabc\n0\n\n")); }

// A request whose response lists the fields that the handler got.
std::string Trailed(absl::string_view trailers) {
  return absl::StrCat("POST /fields HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3\nabc\n0\n",
                      trailers, "\n");
}

std::string Trailers(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) absl::StrAppend(&lines, "A: b\n");
  return Trailed(lines);
}

// Two chunks whose lines have `first` and `second` bytes in addition to the size.
std::string Extended(size_t first, size_t second) {
  return Chunked(absl::StrCat("1;", Long(first - 1), "\na\n1;", Long(second - 1), "\nb\n0\n\n"));
}

}  // namespace

std::vector<Http1Row> FramingRows() {
  return {
      {"6.3", "neither length nor coding: no body", Post("", ""), kNothing, kOpen},
      {"6.2", "a length", Length("3"), kAbc, kOpen},
      {"6.2", "a length of nothing", Length("0", ""), kNothing, kOpen},
      {"6.2", "leading zeros", Length("0003"), kAbc, kOpen},
      {"6.2", "many leading zeros", Length(std::string(100, '0') + "3"), kAbc, kOpen},
      {"6.2", "blanks around it", Length("\t 3 \t"), kAbc, kOpen},
      {"6.2", "more than the length is the next request", Length("3") + Get(),
       absl::StrCat(kAbc, " && 200 GET / 0:"), kOpen},
      {"6.2", "a body that looks like a request",
       "POST / HTTP/1.1\nHost: h\nContent-Length: 18\n\nGET / HTTP/1.1\n\n",
       "200 POST / 18:GET / HTTP/1.1\r\n\r\n", kOpen},
      {"6.2", "a body that is not text", Length("3", "a{NUL}{LF}"),
       std::string("200 POST / 3:a\0\n", 16), kOpen},
      {"9110 9.3.1", "GET with a body", "GET / HTTP/1.1\nHost: h\nContent-Length: 3\n\nabc",
       "200 GET / 3:abc", kOpen},
      {"9110 9.3.1", "GET with chunks",
       "GET / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n", "200 GET / 3:abc",
       kOpen},
      {"9110 9.3.2", "HEAD with a body", "HEAD / HTTP/1.1\nHost: h\nContent-Length: 3\n\nabc",
       "200 (no body)", kOpen},
      {"9110 9.3.5", "DELETE with a body", "DELETE / HTTP/1.1\nHost: h\nContent-Length: 3\n\nabc",
       "200 DELETE / 3:abc", kOpen},
      {"6.2", "a length in HTTP/1.0", "POST / HTTP/1.0\nContent-Length: 3\n\nabc", kAbc, kClosed},
      {"6.3", "no length in HTTP/1.0: no body", "POST / HTTP/1.0\n\n", kNothing, kClosed},
  };
}

std::vector<Http1Row> BadLengthRows() {
  return {
      {"6.2", "not a number", Length("three"), kBadLength, kClosed},
      {"6.2", "nothing", Length(""), kBadLength, kClosed},
      {"6.2", "+3", Length("+3"), kBadLength, kClosed},
      {"6.2", "-3", Length("-3"), kBadLength, kClosed},
      {"6.2", "-0", Length("-0"), kBadLength, kClosed},
      {"6.2", "0x3", Length("0x3"), kBadLength, kClosed},
      {"6.2", "3.0", Length("3.0"), kBadLength, kClosed},
      {"6.2", "3e0", Length("3e0"), kBadLength, kClosed},
      {"6.2", "1_0", Length("1_0"), kBadLength, kClosed},
      {"6.2", "3 3", Length("3 3"), kBadLength, kClosed},
      {"6.2", "in quotes", Length("\"3\""), kBadLength, kClosed},
      {"6.2", "digits that are not ASCII", Length("\xd9\xa3"), kBadLength, kClosed},
      {"6.3", "a list of equal ones", Length("3, 3"), kBadLength, kClosed},
      {"6.3", "a list of different ones", Length("3,4"), kBadLength, kClosed},
      {"6.3", "a list of one", Length("3,"), kBadLength, kClosed},
      {"6.3", "two equal ones", Post("Content-Length: 3\nContent-Length: 3\n", "abc"), kTwoLengths,
       kClosed},
      {"6.3", "two different ones", Post("Content-Length: 3\ncontent-length: 0\n", "abc"),
       kTwoLengths, kClosed},
      {"6.2", "2^63 - 1: too large", Length("9223372036854775807"), kTooLarge, kClosed},
      {"6.2", "2^63", Length("9223372036854775808"), kBadLength, kClosed},
      {"6.2", "2^64 + 3", Length("18446744073709551619"), kBadLength, kClosed},
      {"6.2", "endless digits", Length(std::string(500, '9')), kBadLength, kClosed},
  };
}

std::vector<Http1Row> BodyLimitRows() {
  return {
      {"9110 15.5.14", "as long as allowed", Length("100", Long(100)),
       absl::StrCat("200 POST / 100:", Long(20)), kOpen},
      {"9110 15.5.14", "one byte more", Length("101", Long(101)), kTooLarge, kClosed},
      {"9110 15.5.14", "one byte more, none of it sent", Length("101", ""), kTooLarge, kClosed},
  };
}

std::vector<Http1Row> CodingRows() {
  return {
      {"6.1", "chunks", Coding("chunked"), kAbc, kOpen},
      {"7", "codings are case-insensitive", Coding("CHUNKED"), kAbc, kOpen},
      {"6.1", "tabs around it", Coding("\tchunked\t"), kAbc, kOpen},
      {"6.3", "chunks and a length", Post("Content-Length: 3\nTransfer-Encoding: chunked\n", "abc"),
       kBoth, kClosed},
      {"6.3", "chunks and a length, the other way round",
       Post("Transfer-Encoding: chunked\nContent-Length: 3\n", "0\n\n"), kBoth, kClosed},
      {"6.3", "another coding and a length",
       Post("Transfer-Encoding: identity\nContent-Length: 3\n", "abc"), kBoth, kClosed},
      {"6.1", "chunks in HTTP/1.0", "POST / HTTP/1.0\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n",
       kOldCoding, kClosed},
      {"6.1", "kept alive",
       "POST / HTTP/1.0\nConnection: keep-alive\nTransfer-Encoding: chunked\n\n", kOldCoding,
       kClosed},
      {"6.1", "identity", Coding("identity"), kOtherCoding, kClosed},
      {"6.1", "gzip", Coding("gzip"), kOtherCoding, kClosed},
      {"6.1", "gzip, chunked", Coding("gzip, chunked"), kOtherCoding, kClosed},
      {"6.3", "chunked, gzip", Coding("chunked, gzip"), kOtherCoding, kClosed},
      {"6.1", "chunked, identity", Coding("chunked, identity"), kOtherCoding, kClosed},
      {"6.1", "xchunked", Coding("xchunked"), kOtherCoding, kClosed},
      {"6.1", "chunked, chunked", Coding("chunked, chunked"), kBadCoding, kClosed},
      {"7", "chunked;q=1", Coding("chunked;q=1"), kBadCoding, kClosed},
      {"7", "chunked;", Coding("chunked;"), kBadCoding, kClosed},
      {"6.1", "chunked,", Coding("chunked,"), kBadCoding, kClosed},
      {"6.1", ", chunked", Coding(", chunked"), kBadCoding, kClosed},
      {"6.1", "nothing", Coding(""), kBadCoding, kClosed},
      {"6.1", "in quotes", Coding("\"chunked\""), kBadCoding, kClosed},
      {"6.1", "chunked x", Coding("chunked x"), kBadCoding, kClosed},
      {"6.1", "a vertical tab before it", Coding("\x0b chunked"),
       "400 the header Transfer-Encoding contains a control character", kClosed},
      {"6.1", "NUL after it", Coding("chunked{NUL}"),
       "400 the header Transfer-Encoding contains a control character", kClosed},
      {"6.1", "twice", Post("Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n", "0\n\n"),
       kTwoCodings, kClosed},
      {"6.1", "twice, once as identity",
       Post("Transfer-Encoding: chunked\nTransfer-Encoding: identity\n", "0\n\n"), kTwoCodings,
       kClosed},
  };
}

std::vector<Http1Row> ChunkRows() {
  return {
      {"7.1", "no chunks but the last", Chunked("0\n\n"), kNothing, kOpen},
      {"7.1", "the last of many zeros", Chunked("0000\n\n"), kNothing, kOpen},
      {"7.1", "some chunks", Chunked("1\na\n2\nbc\n0\n\n"), kAbc, kOpen},
      {"7.1", "sizes are hexadecimal", Chunked(absl::StrCat("1A\n", Long(26), "\n0\n\n")),
       absl::StrCat("200 POST / 26:", Long(20)), kOpen},
      {"7.1", "of either case", Chunked(absl::StrCat("1a\n", Long(26), "\n0\n\n")),
       absl::StrCat("200 POST / 26:", Long(20)), kOpen},
      {"7.1", "leading zeros", Size("0003"), kAbc, kOpen},
      {"7.1", "more leading zeros than 64 bits have", Size("00000000000000000003"), kAbc, kOpen},
      {"7.1", "CRLF inside a chunk", Chunked("5\na\nbc\n0\n\n"), "200 POST / 5:a\r\nbc", kOpen},
      {"7.1", "a chunk that looks like the last", Chunked("5\n0\n\n\n0\n\n"),
       "200 POST / 5:0\r\n\r\n", kOpen},
      {"7.1", "the next request follows the last", Chunked("0\n\n") + Get(),
       absl::StrCat(kNothing, " && 200 GET / 0:"), kOpen},
  };
}

std::vector<Http1Row> ChunkLimitRows() {
  return {
      {"9110 15.5.14", "as many as allowed", Chunked(absl::StrCat("64\n", Long(100), "\n0\n\n")),
       absl::StrCat("200 POST / 100:", Long(20)), kOpen},
      {"9110 15.5.14", "one byte more", Chunked(absl::StrCat("65\n", Long(101), "\n0\n\n")),
       kTooLarge, kClosed},
      {"9110 15.5.14", "one byte more, in a separate chunk",
       Chunked(absl::StrCat("64\n", Long(100), "\n1\na\n0\n\n")), kTooLarge, kClosed},
      {"9110 15.5.14", "2^63 - 1 bytes", Chunked("7fffffffffffffff\n"), kTooLarge, kClosed},
      {"9110 15.5.14", "which would overflow a sum", Chunked("3\nabc\n7ffffffffffffffe\n"),
       kTooLarge, kClosed},
      {"7.1", "2^63 bytes", Size("8000000000000000"), kBadSize, kClosed},
      {"7.1", "2^64 - 1 bytes", Size("ffffffffffffffff"), kBadSize, kClosed},
      {"7.1", "2^64 + 3 bytes", Size("10000000000000003"), kBadSize, kClosed},
      {"7.1", "2^68 + 3 bytes", Size("100000000000000003"), kBadSize, kClosed},
  };
}

std::vector<Http1Row> BadChunkRows() {
  return {
      {"7.1", "no size", Size(""), kBadSize, kClosed},
      {"7.1", "an extension alone", Size(";a=b"), kBadSize, kClosed},
      {"7.1", "+3", Size("+3"), kBadSize, kClosed},
      {"7.1", "-3", Size("-3"), kBadSize, kClosed},
      {"7.1", "-0", Chunked("-0\n\n"), kBadSize, kClosed},
      {"7.1", "0x3", Size("0x3"), kBadSize, kClosed},
      {"7.1", "0X3", Size("0X3"), kBadSize, kClosed},
      {"7.1", "3h", Size("3h"), kBadSize, kClosed},
      {"7.1", "g", Size("g"), kBadSize, kClosed},
      {"7.1", "3.0", Size("3.0"), kBadSize, kClosed},
      {"7.1", "3,3", Size("3,3"), kBadSize, kClosed},
      {"7.1", "1_0", Size("1_0"), kBadSize, kClosed},
      {"7.1", "in quotes", Size("\"3\""), kBadSize, kClosed},
      {"7.1", "a blank before the size", Size(" 3"), kBadSize, kClosed},
      {"7.1", "a blank after the size", Size("3 "), kBadSize, kClosed},
      {"7.1", "a word after the size", Size("3 4"), kBadSize, kClosed},
      {"7.1", "NUL before the size", Size("{NUL}3"), kBadSize, kClosed},
      {"7.1", "a bare CR after the size", Size("3{CR}"), kBadSize, kClosed},
      {"7.1", "an empty line before the size", Size("\n3"), kBadSize, kClosed},
      {"7.1", "LF after the size", Chunked("3{LF}abc\n0\n\n"), kNoCrlf, kClosed},
      {"7.1", "LF after the chunk", Chunked("3\nabc{LF}0\n\n"), kBadEnd, kClosed},
      {"7.1", "CR after the chunk", Chunked("3\nabc{CR}0\n\n"), kBadEnd, kClosed},
      {"7.1", "nothing after the chunk", Chunked("3\nabc0\n\n"), kBadEnd, kClosed},
      {"7.1", "LF after the last size", Chunked("0{LF}\n"), kNoCrlf, kClosed},
      {"7.1", "LF at the very end", Chunked("0\n{LF}"), kNoCrlf, kClosed},
      {"7.1", "a chunk longer than it says", Chunked("3\nabcd\n0\n\n"), kBadEnd, kClosed},
      {"7.1", "a chunk shorter than it says", Chunked("3\nab\n0\n\n"), kBadEnd, kClosed},
  };
}

std::vector<Http1Row> ExtensionRows() {
  return {
      {"7.1.1", "an extension", Size("3;a=b"), kAbc, kOpen},
      {"7.1.1", "an extension of the last", Chunked("0;a=b\n\n"), kNothing, kOpen},
      {"7.1.1", "without a value", Size("3;a"), kAbc, kOpen},
      {"7.1.1", "in quotes", Size("3;a=\"b;c d\""), kAbc, kOpen},
      {"7.1.1", "two of them", Size("3;a=b;c"), kAbc, kOpen},
      {"7.1.1", "blanks around everything", Size("3 \t; a = b"), kAbc, kOpen},
      {"7.1.1", "not ASCII", Size("3;\xc3\xa4"), kAbc, kOpen},
      {"7.1.1", "LF in it", Size("3;a{LF}b"), kNoCrlf, kClosed},
      {"7.1.1", "CR in it", Size("3;a{CR}b"), kControl, kClosed},
      {"7.1.1", "CR at its end", Size("3;a{CR}"), kControl, kClosed},
      {"7.1.1", "NUL in it", Size("3;a{NUL}"), kControl, kClosed},
      {"7.1.1", "a line break in its quotes", Size("3;a=\"\n\""), kBadEnd, kClosed},
      {"7.1.1", "1000 bytes", Size(absl::StrCat("3;", Long(999))), kAbc, kOpen},
      {"7.1.1", "1001 bytes", Size(absl::StrCat("3;", Long(1000))), kTooMuch, kClosed},
      {"7.1.1", "1000 bytes, and those that the chunks allow in addition", Extended(600, 401),
       "200 POST / 2:ab", kOpen},
      {"7.1.1", "one byte more", Extended(600, 402), kTooMuch, kClosed},
      {"7.1.1", "no end", Chunked("3;" + Long(1500)), kTooMuch, kClosed},
      {"7.1", "a size of 1500 digits", Chunked(std::string(1500, '1')), kTooMuch, kClosed},
      {"7.1", "1000 leading zeros", Size(std::string(1000, '0') + "3"), kAbc, kOpen},
      {"7.1", "1001 leading zeros", Size(std::string(1001, '0') + "3"), kTooMuch, kClosed},
  };
}

std::vector<Http1Row> TrailerRows() {
  constexpr char kDropped[] = "200 Host=h;Transfer-Encoding=chunked;";
  const std::string just_enough = absl::StrCat("A: ", Long(997), "\n");
  return {
      {"7.1.2", "are dropped", Trailed("A: b\n"), kDropped, kOpen},
      {"7.1.2", "two", Trailed("A: b\nA: c\n"), kDropped, kOpen},
      {"9110 6.5.1", "that would change the framing", Trailed("Content-Length: 7\n"), kDropped,
       kOpen},
      {"9110 6.5.1", "that would change the host", Trailed("Host: evil\n"), kDropped, kOpen},
      {"9110 6.5.1", "that would end the connection", Trailed("Connection: close\n"), kDropped,
       kOpen},
      {"7.1.2", "no colon", Trailed("A\n"), kBadField, kClosed},
      {"7.1.2", "no name", Trailed(": b\n"), kBadField, kClosed},
      {"7.1.2", "a space before the colon", Trailed("A : b\n"), kBadField, kClosed},
      {"7.1.2", "a folded line", Trailed("A: b\n c\n"), kBadField, kClosed},
      {"7.1.2", "a request where they should end", Trailed("") + "\n" + Get(),
       absl::StrCat(kDropped, " && 200 GET / 0:"), kOpen},
      {"7.1.2", "a request in their place",
       "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n0\n" + Get(), kBadField, kClosed},
      {"7.1.2", "NUL", Trailed("A: {NUL}\n"), "400 the header A contains a control character",
       kClosed},
      {"7.1.2", "a bare CR", Trailed("A: b{CR}c\n"),
       "400 the header A contains a control character", kClosed},
      {"7.1.2", "a bare LF", Trailed("A: b{LF}"), kNoCrlf, kClosed},
      {"7.1.2", "10", Trailers(10), kDropped, kOpen},
      {"7.1.2", "11", Trailers(11), kManyTrailers, kClosed},
      {"7.1.2", "1000 bytes", Trailed(just_enough), kDropped, kOpen},
      {"7.1.2", "1001 bytes", Trailed("A" + just_enough), kTooMuch, kClosed},
      {"7.1.2", "1001 bytes in two lines", Trailed(just_enough + "B:\n"), kTooMuch, kClosed},
      {"7.1.2", "no end", Trailed("A: " + Long(1500)), kTooMuch, kClosed},
  };
}

}  // namespace trestle
