// Receives until every sender has said that it is done. usage: messages_receiver [SENDERS]
#include <stdio.h>

#include "queue.h"

#define MOST_SENDERS 9

int main(int argc, char* argv[]) {
  const LONG senders = argc > 1 ? RtAtoi(argv[1]) : 1;
  LONG expected[MOST_SENDERS + 1] = {};
  LONG total = 0;
  LONG done = 0;
  CMessageQueue queue(QUEUE_NAME);
  if (!queue.IsValid() || senders < 1 || senders > MOST_SENDERS) {
    fprintf(stderr, "usage: %s [1 to %d SENDERS]; error %lu\n", argv[0], MOST_SENDERS, GetLastError());
    return 2;
  }
  while (done < senders) {
    MESSAGE message;
    if (!queue.Receive(&message, TIMEOUT_MS)) {
      fprintf(stderr, "receiver: no message for %d s\n", TIMEOUT_MS / 1000);
      return 1;
    }
    if (message.sender == 0) {
      ++done;
      continue;
    }
    if (message.sender < 0 || message.sender > MOST_SENDERS || message.number != expected[message.sender]++) {
      fprintf(stderr, "receiver: \"%s\" is out of order\n", message.text);
      return 1;
    }
    ++total;
  }
  RtPrintf("receiver: %ld messages of %ld senders, each in order\n", total, senders);
  return 0;
}
