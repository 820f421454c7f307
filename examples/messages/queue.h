// A message queue in shared memory: a mutex for its two ends, a semaphore that counts messages, one that counts places.
#ifndef QUEUE_H
#define QUEUE_H

#include <rtapi.h>
#include <windows.h>

#pragma pack(push, 4)
struct MESSAGE {
  LONG sender;  // 0: the last one
  LONG number;
  CHAR text[48];
};
#pragma pack(pop)
static_assert(sizeof(MESSAGE) == 56, "both sides agree");

class CMessageQueue {
 public:
  // The first program makes the objects; any may be first.
  explicit CMessageQueue(LPCSTR pName) {
    CHAR name[64];
    sprintf_s(name, "%s.shm", pName);
    m_hMemory = RtCreateSharedMemory(PAGE_READWRITE, 0, sizeof(RING), name, (VOID**)&m_pRing);
    sprintf_s(name, "%s.Mutex", pName);
    m_hMutex = RtCreateMutex(NULL, FALSE, name);
    sprintf_s(name, "%s.Messages", pName);
    m_hMessages = RtCreateSemaphore(NULL, 0, PLACES, name);
    sprintf_s(name, "%s.Places", pName);
    m_hPlaces = RtCreateSemaphore(NULL, PLACES, PLACES, name);
  }
  ~CMessageQueue() {
    RtCloseHandle(m_hPlaces);
    RtCloseHandle(m_hMessages);
    RtCloseHandle(m_hMutex);
    RtCloseHandle(m_hMemory);
  }

  BOOL IsValid() const { return m_hMemory != NULL && m_hMutex != NULL && m_hMessages != NULL && m_hPlaces != NULL; }

  BOOL Send(const MESSAGE& message, DWORD dwMilliseconds) {
    if (RtWaitForSingleObject(m_hPlaces, dwMilliseconds) != WAIT_OBJECT_0) return FALSE;
    if (!Lock()) return FALSE;
    m_pRing->messages[m_pRing->sent++ % PLACES] = message;
    RtReleaseMutex(m_hMutex);
    return RtReleaseSemaphore(m_hMessages, 1, NULL);
  }

  BOOL Receive(MESSAGE* pMessage, DWORD dwMilliseconds) {
    if (RtWaitForSingleObject(m_hMessages, dwMilliseconds) != WAIT_OBJECT_0) return FALSE;
    if (!Lock()) return FALSE;
    *pMessage = m_pRing->messages[m_pRing->received++ % PLACES];
    RtReleaseMutex(m_hMutex);
    return RtReleaseSemaphore(m_hPlaces, 1, NULL);
  }

 private:
  enum { PLACES = 16 };
  struct RING {
    ULONG sent;
    ULONG received;
    MESSAGE messages[PLACES];
  };

  // A sender that died in here left `sent` as it was, or increased: either is a sound queue.
  BOOL Lock() {
    const DWORD dwResult = RtWaitForSingleObject(m_hMutex, INFINITE);
    return dwResult == WAIT_OBJECT_0 || dwResult == WAIT_ABANDONED;
  }

  RING* m_pRing = NULL;
  HANDLE m_hMemory;
  HANDLE m_hMutex;
  HANDLE m_hMessages;
  HANDLE m_hPlaces;
};

#define QUEUE_NAME "Message Queue"
#define TIMEOUT_MS 20000

#endif
