#include <fcntl.h>
#include <unistd.h>
int main(void) { for (int i = 0; i < 20000; i++) close(open("deep/a/b/c/file", O_RDONLY)); }
