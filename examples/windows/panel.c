/* The operator panel: a program of Windows, with a gauge and a button. It shows what the loop says, gives it orders,
 * and sees when it ends, also when it is killed. */
#include <math.h>
#include <stdio.h>

#include "furnace.h"

enum { WIDTH = 420, HEIGHT = 400, CENTRE_X = 210, CENTRE_Y = 190, RADIUS = 150, BUTTON = 1, REFRESH_MS = 50 };
#define WHITE RGB(255, 255, 255)
#define INK RGB(40, 44, 52)
#define FAINT RGB(214, 219, 227)
#define COLD RGB(38, 110, 190)
#define HOT RGB(208, 74, 32)

static FURNACE* furnace;
static HANDLE lock, command, loop_alive;
static HWND button;
static HFONT small_font, large_font;

static FURNACE look(void) {
  RtWaitForSingleObject(lock, INFINITE);
  const FURNACE now = *furnace;
  RtReleaseMutex(lock);
  return now;
}

static void give_order(void) {
  RtWaitForSingleObject(lock, INFINITE);
  furnace->burning = !furnace->burning;
  RtReleaseMutex(lock);
  RtSetEvent(command);
}

/* The loop owns this mutex until it ends, in whichever way. */
static BOOL loop_lives(void) {
  if (RtWaitForSingleObject(loop_alive, 0) == WAIT_TIMEOUT) return TRUE;
  RtReleaseMutex(loop_alive);
  return FALSE;
}

/* A point of the gauge: 0 on the left, 1 on the right, over the top. */
static POINT at(double share, int radius) {
  const double pi = acos(-1), angle = pi * (1.2 - 1.4 * share);
  const POINT point = {CENTRE_X + (LONG)lround(radius * cos(angle)), CENTRE_Y - (LONG)lround(radius * sin(angle))};
  return point;
}

static void line(HDC dc, POINT from, POINT to, int width, COLORREF colour) {
  const HGDIOBJ pen = SelectObject(dc, CreatePen(PS_SOLID, width, colour));
  MoveToEx(dc, from.x, from.y, NULL);
  LineTo(dc, to.x, to.y);
  DeleteObject(SelectObject(dc, pen));
}

static void text(HDC dc, HFONT font, COLORREF colour, int x, int y, const char* words) {
  SelectObject(dc, font);
  SetTextColor(dc, colour);
  SetTextAlign(dc, TA_CENTER | TA_BASELINE);
  TextOutA(dc, x, y, words, lstrlenA(words));
}

static void band(HDC dc, double from, double to, COLORREF colour) {
  enum { STEPS = 200, BAND = 14 };
  for (int i = (int)(from * STEPS); i < (int)(to * STEPS); ++i)
    line(dc, at((double)i / STEPS, RADIUS), at((i + 1.0) / STEPS, RADIUS), BAND, colour);
}

static void draw(HDC dc, FURNACE now, BOOL lives) {
  const RECT all = {0, 0, WIDTH, HEIGHT};
  char words[80];
  FillRect(dc, &all, GetStockObject(WHITE_BRUSH));
  SetBkMode(dc, TRANSPARENT);
  const double share = now.temperature / 10.0 / HOTTEST;
  band(dc, 0, 1, FAINT);
  band(dc, 0, share, lives ? now.burning ? HOT : COLD : RGB(150, 150, 150));
  for (int degrees = 0; degrees <= HOTTEST; degrees += 100) {
    const double mark = (double)degrees / HOTTEST;
    line(dc, at(mark, RADIUS - 12), at(mark, RADIUS - (degrees % 300 == 0 ? 26 : 19)), 2, INK);
    if (degrees % 300 != 0) continue;
    const POINT label = at(mark, RADIUS - 44);
    snprintf(words, sizeof words, "%d", degrees);
    text(dc, small_font, INK, label.x, label.y + 5, words);
  }
  line(dc, at(share, -18), at(share, RADIUS - 64), 4, INK);
  SelectObject(dc, GetStockObject(BLACK_BRUSH));
  Ellipse(dc, CENTRE_X - 9, CENTRE_Y - 9, CENTRE_X + 9, CENTRE_Y + 9);
  snprintf(words, sizeof words,
           "%ld \xb0"
           "C",
           now.temperature / 10);
  text(dc, large_font, INK, CENTRE_X, CENTRE_Y + 88, words);
  snprintf(words, sizeof words, lives ? "loop runs: cycle %ld" : "loop has ended after cycle %ld", now.cycles);
  text(dc, small_font, lives ? INK : HOT, CENTRE_X, CENTRE_Y + 116, words);
}

/* Drawn in memory first: without flicker. */
static void paint(HWND window) {
  PAINTSTRUCT begun;
  const HDC dc = BeginPaint(window, &begun);
  const HDC memory = CreateCompatibleDC(dc);
  const HGDIOBJ old = SelectObject(memory, CreateCompatibleBitmap(dc, WIDTH, HEIGHT));
  const FURNACE now = look();
  draw(memory, now, loop_lives());
  BitBlt(dc, 0, 0, WIDTH, HEIGHT, memory, 0, 0, SRCCOPY);
  DeleteObject(SelectObject(memory, old));
  DeleteDC(memory);
  EndPaint(window, &begun);
  SetWindowTextA(button, now.burning ? "Burner off" : "Burner on");
}

static LRESULT CALLBACK answer(HWND window, UINT message, WPARAM what, LPARAM more) {
  switch (message) {
    case WM_PAINT:
      paint(window);
      return 0;
    case WM_ERASEBKGND:
      return 1;
    case WM_TIMER:
      InvalidateRect(window, NULL, FALSE);
      return 0;
    case WM_COMMAND:
      if (LOWORD(what) == BUTTON) give_order();
      return 0;
    case WM_DESTROY:
      PostQuitMessage(0);
      return 0;
    default:
      return DefWindowProcA(window, message, what, more);
  }
}

static HFONT font(int height, int weight) {
  return CreateFontA(-height, 0, 0, 0, weight, FALSE, FALSE, FALSE, ANSI_CHARSET, OUT_DEFAULT_PRECIS,
                     CLIP_DEFAULT_PRECIS, ANTIALIASED_QUALITY, VARIABLE_PITCH | FF_SWISS, "Tahoma");
}

static BOOL find_objects(void) {
  RtCreateSharedMemory(PAGE_READWRITE, 0, sizeof *furnace, FURNACE_MEMORY, (VOID**)&furnace);
  lock = RtCreateMutex(NULL, FALSE, FURNACE_MUTEX);
  command = RtCreateEvent(NULL, FALSE, FALSE, COMMAND_EVENT);
  loop_alive = RtCreateMutex(NULL, FALSE, LOOP_ALIVE_MUTEX);
  return furnace != NULL && lock != NULL && command != NULL && loop_alive != NULL;
}

int WINAPI WinMain(HINSTANCE instance, HINSTANCE before, LPSTR line_of_words, int show) {
  (void)before, (void)line_of_words;
  if (!find_objects()) {
    MessageBoxA(NULL, "The real-time objects are not to be had.", "Furnace", MB_ICONERROR);
    return 1;
  }
  const WNDCLASSA kind = {.lpfnWndProc = answer,
                          .hInstance = instance,
                          .lpszClassName = "Furnace",
                          .hCursor = LoadCursorA(NULL, (LPCSTR)IDC_ARROW)};
  RegisterClassA(&kind);
  const DWORD style = WS_OVERLAPPED | WS_CAPTION | WS_CLIPCHILDREN;
  RECT size = {0, 0, WIDTH, HEIGHT};
  AdjustWindowRect(&size, style, FALSE);
  const HWND window = CreateWindowA("Furnace", "Furnace", style, 30, 20, size.right - size.left, size.bottom - size.top,
                                    NULL, NULL, instance, NULL);
  small_font = font(15, FW_NORMAL);
  large_font = font(34, FW_BOLD);
  button = CreateWindowA("BUTTON", "Burner on", WS_CHILD | WS_VISIBLE | BS_PUSHBUTTON, (WIDTH - 140) / 2, HEIGHT - 66,
                         140, 40, window, (HMENU)BUTTON, instance, NULL);
  SendMessageA(button, WM_SETFONT, (WPARAM)small_font, TRUE);
  SetTimer(window, 1, REFRESH_MS, NULL);
  ShowWindow(window, show);
  for (MSG message; GetMessageA(&message, NULL, 0, 0) > 0;) {
    TranslateMessage(&message);
    DispatchMessageA(&message);
  }
  return 0;
}
