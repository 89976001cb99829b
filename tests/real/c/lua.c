/* Runs the script that it is given, in Lua; `say` writes to the output. */
#include <cloudabi.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>

static int output;

static int say(lua_State *state) {
  dprintf(output, "%s\n", luaL_tolstring(state, 1, NULL));
  return 0;
}

void program_main(const argdata_t *ad) {
  argdata_map_iterator_t it;
  const argdata_t *value;
  const char *script = "";
  program_argument_fd(ad, "output", &output);
  if (program_argument(ad, "script", &it, &value) == 0)
    argdata_get_str_c(value, &script);
  lua_State *state = luaL_newstate();
  luaL_openlibs(state);
  lua_register(state, "say", say);
  if (luaL_dostring(state, script) == LUA_OK)
    exit(0);
  dprintf(output, "error: %s\n", lua_tostring(state, -1));
  exit(1);
}
