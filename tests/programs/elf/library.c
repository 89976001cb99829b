/* Uses the C library of executables: what it prints to `output` is compared. */
#include <argdata.h>
#include <program.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <inttypes.h>
#include <unistd.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int turn;
static _Thread_local int mine = 5;
static void *work(void *arg)
{
  int n = (int)(long)arg;
  for (int i = 0; i < 100; i++) {
    pthread_mutex_lock(&m);
    while (turn % 3 != n) pthread_cond_wait(&c, &m);
    turn++;
    mine += n;
    pthread_cond_broadcast(&c);
    pthread_mutex_unlock(&m);
  }
  return (void *)(long)mine;
}
void program_main(const argdata_t *ad)
{
  int out = -1;
  const argdata_t *key, *value;
  argdata_map_iterator_t it;
  argdata_map_iterate(ad, &it);
  while (argdata_map_get(&it, &key, &value)) {
    const char *k;
    if (argdata_get_str_c(key, &k) == 0 && strcmp(k, "output") == 0) argdata_get_fd(value, &out);
    argdata_map_next(&it);
  }
  dprintf(out, "Hello %s %5d|%-5d|%05d %x %#X %c %p\n", "world", 42, 42, 42, 255, 255, 'x', (void *)0x1234);
  dprintf(out, "%f %.3f %e %g %g %g %.17g %.0f\n", 3.14159, 2.5, 12345.678, 0.0001, 1e20, 100.0, 0.1, 2.5);
  dprintf(out, "%.10g %g %g %.2f %.15g\n", 1.0 / 3, 1e-300, 1.7976931348623157e308, -0.005, 5e-324);
  pthread_t t[3];
  for (long i = 0; i < 3; i++) pthread_create(&t[i], NULL, work, (void *)i);
  for (int i = 0; i < 3; i++) { void *r; pthread_join(t[i], &r); dprintf(out, "thread %ld\n", (long)r); }
  char *p[100];
  for (int i = 0; i < 100; i++) { p[i] = malloc(i * 1000); memset(p[i], i, i * 1000); }
  for (int i = 0; i < 100; i++) { p[i] = realloc(p[i], i * 2000); for (int j = 0; j < i * 1000; j++) if (p[i][j] != (char)i) abort(); free(p[i]); }
  struct tm tm; time_t tt = 951782400; gmtime_r(&tt, &tm);
  dprintf(out, "%d-%02d-%02d wday %d yday %d turn %d\n", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_wday, tm.tm_yday, turn);
  FILE *f = fdopen(out, "w");
  argdata_print_yaml(ad, f);
  fputc('\n', f);
}
