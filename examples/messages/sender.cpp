// Sends numbered messages. usage: messages_sender ID [MESSAGES]     ID: 1 to 9
#include <stdio.h>

#include "queue.h"

int main(int argc, char* argv[]) {
  MESSAGE message = {};
  message.sender = argc > 1 ? RtAtoi(argv[1]) : 1;
  const LONG messages = argc > 2 ? RtAtoi(argv[2]) : 10;
  CMessageQueue queue(QUEUE_NAME);
  if (!queue.IsValid() || message.sender < 1) {
    fprintf(stderr, "usage: %s ID [MESSAGES]; error %lu\n", argv[0], GetLastError());
    return 2;
  }
  for (; message.number < messages; ++message.number) {
    sprintf_s(message.text, "message %ld of sender %ld", message.number, message.sender);
    if (!queue.Send(message, TIMEOUT_MS)) {
      fprintf(stderr, "sender %ld: no receiver takes messages\n", message.sender);
      return 1;
    }
  }
  message.sender = 0;
  return queue.Send(message, TIMEOUT_MS) ? 0 : 1;
}
