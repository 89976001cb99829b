/* Makes a database in a file, changes it, breaks off a transaction, and reads it again after opening it anew. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(sqlite3 *database, int result, int wanted, const char *what) {
  if (result == wanted)
    return;
  printf("%s: %d %s\n", what, result, sqlite3_errmsg(database));
  exit(1);
}

static void run(sqlite3 *database, const char *sql) {
  check(database, sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK, sql);
}

/* The first column of the first row, as text. */
static const char *ask(sqlite3 *database, const char *sql) {
  static char text[256];
  sqlite3_stmt *statement;
  check(database, sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK, sql);
  check(database, sqlite3_step(statement), SQLITE_ROW, sql);
  snprintf(text, sizeof(text), "%s", (const char *)sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  return text;
}

static void is(sqlite3 *database, const char *sql, const char *wanted) {
  const char *found = ask(database, sql);
  if (strcmp(found, wanted) == 0)
    return;
  printf("%s: %s, not %s\n", sql, found, wanted);
  exit(1);
}

int main(int argc, char **argv) {
  const char *path = argv[argc - 1];
  sqlite3 *database;
  check(NULL, sqlite3_open(path, &database), SQLITE_OK, path);
  run(database, "CREATE TABLE numbers (id INTEGER PRIMARY KEY, text TEXT UNIQUE, real REAL)");
  run(database, "BEGIN");
  run(database, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
                " INSERT INTO numbers SELECT i, 'n' || i, i / 8.0 FROM n");
  run(database, "COMMIT");
  run(database, "CREATE INDEX by_real ON numbers (real)");
  check(database, sqlite3_exec(database, "INSERT INTO numbers (text) VALUES ('n5')", NULL, NULL, NULL),
        SQLITE_CONSTRAINT, "a row that is there already");
  run(database, "BEGIN; DELETE FROM numbers; ROLLBACK");
  run(database, "UPDATE numbers SET text = upper(text) WHERE id % 2 = 0");
  run(database, "VACUUM");
  sqlite3_close(database);
  check(NULL, sqlite3_open(path, &database), SQLITE_OK, path);
  is(database, "SELECT count(*) || ' ' || sum(real) FROM numbers", "20000 25001250.0");
  is(database, "SELECT group_concat(text, ',') FROM (SELECT text FROM numbers WHERE real < 0.7 ORDER BY real DESC)",
     "n5,N4,n3,N2,n1");
  is(database, "PRAGMA integrity_check", "ok");
  sqlite3_close(database);
  check(NULL, sqlite3_open("/etc/passwd", &database), SQLITE_CANTOPEN, "a file that was not granted");
  printf("sqlite %d\n", sqlite3_libversion_number() / 1000000);
  return 0;
}
