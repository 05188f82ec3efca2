// A generated client and a generated gateway mean the same fields where the json_name of one is
// the original name of another (mapping.md R25), in path, query and body.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/e2e/swapped_names.client.h"
#include "tests/e2e/swapped_names.gateway.h"
#include "trestle/client/cpp/in_memory_transport.h"
#include "trestle/server/backend.h"
#include "trestle/server/server.h"

namespace trestle {
namespace {

using google::protobuf::util::MessageDifferencer;
using test::swapped::Album;
using test::swapped::Song;
using Client = test::swapped::SongsClientInterface;

// Responds with the request itself.
class Echo final : public Backend {
 public:
  absl::Status Unary(absl::string_view, CallContext&, std::string request,
                     WireBytes* response) override {
    *response = WireBytes(std::move(request));
    return absl::OkStatus();
  }
  absl::StatusOr<std::unique_ptr<BackendStream>> Stream(absl::string_view, CallContext&) override {
    return absl::UnimplementedError("no streams here");
  }
};

class SwappedNames : public testing::Test {
 protected:
  SwappedNames() {
    const absl::Status added = server_.Add(test::swapped::SongsRoutes(), &echo_);
    EXPECT_TRUE(added.ok()) << added;
    client_ = test::swapped::NewSongsClient(
        NewInMemoryTransport([this](const HttpRequest& http) { return Serve(http); }));
  }

  HttpResponse Serve(const HttpRequest& http) {
    line_ = http.method + " " + http.path + "?" + http.query + " " + http.body;
    Request request;
    request.http = http;
    return server_.AsHandler()(request).http;
  }

  Echo echo_;
  Server server_{ServerOptions()};
  std::unique_ptr<Client> client_;
  std::string line_;  // of the last request
};

Song FullSong() {
  Song song;
  song.set_title("titles/1");
  song.set_name("names/2");
  song.add_marks(3);
  song.add_marks(4);
  song.mutable_verse()->set_first("f");
  song.mutable_verse()->set_second("s");
  return song;
}

// All messages that have some of the fields of FullSong.
std::vector<Song> Songs() {
  std::vector<Song> songs;
  for (unsigned has = 0; has < 16; ++has) {
    Song song = FullSong();
    if ((has & 1) == 0) song.clear_title();
    if ((has & 2) == 0) song.clear_name();
    if ((has & 4) == 0) song.clear_marks();
    if ((has & 8) == 0) song.clear_verse();
    songs.push_back(std::move(song));
  }
  return songs;
}

TEST_F(SwappedNames, R25ASongSurvivesTheTrip) {
  const struct {
    const char* what;
    absl::StatusOr<Song> (Client::*call)(const Song&, const CallOptions&);
    bool has_title;  // the path needs one
    bool has_name;
  } kRows[] = {
      {"query", &Client::InQuery, false, false},
      {"name in path", &Client::NameInPath, false, true},
      {"title in path", &Client::TitleInPath, true, false},
      {"body", &Client::InBody, false, false},
      {"name in path, body", &Client::NameInPathRestInBody, false, true},
      {"verse in body", &Client::VerseInBody, true, false},
      {"marks in body", &Client::MarksInBody, false, true},
  };
  for (const auto& row : kRows) {
    for (Song song : Songs()) {
      if (row.has_title) song.set_title("titles/1");
      if (row.has_name) song.set_name("names/2");
      const absl::StatusOr<Song> back = (client_.get()->*row.call)(song, {});
      ASSERT_TRUE(back.ok()) << row.what << ": " << line_ << ": " << back.status();
      EXPECT_TRUE(MessageDifferencer::Equals(*back, song))
          << row.what << ": " << line_ << "\nsent " << song.ShortDebugString() << "\ngot "
          << back->ShortDebugString();
    }
  }
}

TEST_F(SwappedNames, R25SoDoesOneWithItsNamesInThePath) {
  const Song song = FullSong();
  Song flat = song;
  flat.set_title("1");
  flat.set_name("2");
  const absl::StatusOr<Song> back = client_->InPath(flat);
  ASSERT_TRUE(back.ok()) << line_ << ": " << back.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*back, flat)) << line_ << back->ShortDebugString();
}

TEST_F(SwappedNames, R25AnAlbumSurvivesTheTrip) {
  const struct {
    const char* what;
    absl::StatusOr<Album> (Client::*call)(const Album&, const CallOptions&);
  } kRows[] = {
      {"query", &Client::AlbumInQuery},
      {"song in body", &Client::SongInBody},
      {"title in body", &Client::TitleInBody},
      {"song.name in path", &Client::SongsNameInPath},
  };
  for (const auto& row : kRows) {
    for (const Song& song : Songs()) {
      Album album;
      *album.mutable_song() = song;
      album.mutable_song()->set_name("2");
      album.set_title("t");
      const absl::StatusOr<Album> back = (client_.get()->*row.call)(album, {});
      ASSERT_TRUE(back.ok()) << row.what << ": " << line_ << ": " << back.status();
      EXPECT_TRUE(MessageDifferencer::Equals(*back, album))
          << row.what << ": " << line_ << "\nsent " << album.ShortDebugString() << "\ngot "
          << back->ShortDebugString();
    }
  }
}

}  // namespace
}  // namespace trestle
