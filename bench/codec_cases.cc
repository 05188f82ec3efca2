#include "trestle/bench/codec_cases.h"

#include <cstdint>
#include <cstdlib>
#include <random>

#include "bench/codec.pb.h"
#include "trestle/transcoding/codec/wire_to_json.h"

namespace trestle {
namespace bench {
namespace {

Case MakeCase(const google::protobuf::Message& message) {
  Case made;
  made.type.reset(message.New());
  made.schema = &SchemaPool::Generated().Get(*message.GetDescriptor());
  made.wire = message.SerializeAsString();
  if (!WireToJson(made.wire, *made.schema, {}, &made.json).ok()) std::abort();
  return made;
}

}  // namespace

Case Object() {
  Book book;
  book.set_name("shelves/7/books/1861");
  book.set_title("Great Expectations");
  book.set_pages(544);
  book.set_copies_sold(1234567);
  book.set_price(8.99);
  book.set_available(true);
  book.set_format(bench::Book::PAPERBACK);
  book.add_tags("classic");
  (*book.mutable_labels())["ed"] = "2nd";
  book.mutable_author()->set_name("Charles Dickens");
  book.mutable_author()->set_born(1812);
  book.mutable_published()->set_seconds(1041379200);
  book.set_cover("\x89PNG");
  return MakeCase(book);
}

Case List() {
  ItemList list;
  for (int i = 1; i <= 1000; ++i) {
    Item& item = *list.add_items();
    item.set_id(i);
    item.set_name("item number " + std::to_string(i));
    item.set_active(true);
    if (i % 3 > 0) item.set_score(i * 0.25);
    if (i % 3 > 1) item.set_owner("somebody");
    if (i % 4 > 0) item.set_revision(int64_t{i} * 1000003);
    if (i % 4 > 1) item.add_parts(i % 7), item.add_parts(i);
    if (i % 4 > 2) item.set_note("a short remark");
  }
  return MakeCase(list);
}

Case Text() {
  Large large;
  large.set_text(std::string(1 << 20, 'x'));
  return MakeCase(large);
}

Case Int32s() {
  std::mt19937 random(1);
  Large large;
  for (int i = 0; i < 1024; ++i) large.add_int32s(static_cast<int32_t>(random()) >> (i % 24));
  return MakeCase(large);
}

Case Doubles() {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> real(-1000, 1000);
  Large large;
  for (int i = 0; i < 1024; ++i) large.add_doubles(real(random));
  return MakeCase(large);
}

Case Bytes() {
  std::mt19937 random(1);
  Large large;
  std::string& bytes = *large.mutable_bytes();
  for (int i = 0; i < 1 << 20; ++i) bytes += static_cast<char>(random());
  return MakeCase(large);
}

}  // namespace bench
}  // namespace trestle
