// Leads that are scored as events arrive: bytes, next checks, transitions, params and differences of models.

#include "qualify.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(what)                                                    \
  do {                                                                 \
    if (!(what)) {                                                     \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);       \
      exit(1);                                                         \
    }                                                                  \
  } while (0)

static const char *rules =
    "lead key id { size integer }\n"
    "event visited (page text)\n"
    "param worth = 20\n"
    "for each visited pricing within 7d add worth up to 60\n"
    "when size > 100 add 10\n"
    "stage Lead\n"
    "stage MQL if score >= 50\n";

static const int64_t day = INT64_C(86400000000);

static int64_t instant(const char *text) {
  int64_t found;
  CHECK(qualify_instant(text, &found, NULL));
  return found;
}

// Whether a text of the library holds words; it is freed.
static bool says(char *text, const char *words) {
  CHECK(text != NULL);
  bool found = strstr(text, words) != NULL;
  if (!found) fprintf(stderr, "%s\n", text);
  qualify_string_free(text);
  return found;
}

static void refused(struct qualify_error **error, const char *words) {
  CHECK(*error != NULL && strstr(qualify_error_message(*error), words) != NULL);
  qualify_error_free(*error);
  *error = NULL;
}

// Each thread feeds the same state.
static void *feed(void *state) {
  for (int i = 0; i < 20; i++)
    CHECK(qualify_state_apply(state, "{\"event\":\"visited\",\"time\":\"2020-01-01\",\"page\":\"docs\"}", NULL));
  return NULL;
}

int main(void) {
  struct qualify_error *error = NULL;
  struct qualify_model *model = qualify_model_from_text(rules, NULL, &error);
  struct qualify_model *other = qualify_model_from_text(rules, "{\"worth\": 21}", &error);
  CHECK(model != NULL && other != NULL);
  CHECK(says(qualify_diff(model, other, &error), "21, was 20"));
  CHECK(says(qualify_diff(model, model, &error), "\"changes\":[]"));

  int64_t start = instant("2026-01-01");
  const char *small = "{\"id\":\"a\",\"size\":5}", *large = "{\"id\":\"a\",\"size\":500}";
  CHECK(says(qualify_transitions(model, NULL, 0, small, start, &error), "\"stage\":\"Lead\""));
  CHECK(says(qualify_transitions(model, small, start, large, start, &error), "[]")); // no stage of it
  CHECK(qualify_transitions(model, small, start, NULL, start, &error) == NULL);
  CHECK(error != NULL);
  qualify_error_free(error);
  error = NULL;
  struct qualify_state *state = qualify_state_new(model, "{\"id\":\"a\",\"size\":500}", &error);
  CHECK(state != NULL);
  CHECK(says(qualify_state_transitions(state, start, &error), "entered_stage"));
  const char *visit = "{\"event\":\"visited\",\"time\":\"2026-01-01T10:00:00Z\",\"page\":\"pricing\"}";
  CHECK(qualify_state_apply(state, visit, &error) && qualify_state_apply(state, visit, &error));
  CHECK(says(qualify_state_score(state, start + day, &error), "\"stage\":\"MQL\""));
  char *changed = qualify_state_transitions(state, start + day, &error);
  CHECK(strstr(changed, "\"stage\":\"MQL\"") != NULL && strstr(changed, "for each visited pricing") != NULL);
  qualify_string_free(changed);
  CHECK(says(qualify_state_transitions(state, start + day, &error), "[]")); // told once
  int64_t next = 0;
  CHECK(qualify_state_next_check(state, start + day, &next, &error));
  CHECK(next == instant("2026-01-08T10:00:00Z"));

  size_t length = 0;
  uint8_t *bytes = qualify_state_to_bytes(state, &length, &error);
  CHECK(bytes != NULL && length > 28 && length < 1024);
  CHECK(qualify_state_from_bytes(other, "a", bytes, length, &error) == NULL);
  refused(&error, "another model");
  CHECK(qualify_state_from_bytes(model, "a", bytes, length - 1, &error) == NULL);
  refused(&error, "damaged");
  struct qualify_state *again = qualify_state_from_bytes(model, "a", bytes, length, &error);
  CHECK(again != NULL);
  qualify_bytes_free(bytes, length);
  qualify_model_free(model); // states hold their model
  CHECK(says(qualify_state_transitions(again, next, &error), "\"change\":\"left_stage\",\"stage\":\"MQL\""));
  CHECK(qualify_state_set(again, "size", "null", &error));
  CHECK(says(qualify_state_score(again, next, &error), "\"score\":0,"));
  CHECK(qualify_state_next_check(again, next, &next, &error) && next == INT64_MAX);

  CHECK(qualify_state_score(state, start, &error) == NULL);
  refused(&error, "cannot go back");
  CHECK(!qualify_state_apply(state, "{\"event\":\"visitd\",\"time\":\"2026-01-01\"}", &error));
  refused(&error, "visitd");
  CHECK(!qualify_state_apply(NULL, visit, &error));
  refused(&error, "state is NULL");
  CHECK(!qualify_state_set(state, "sise", "5", &error));
  refused(&error, "no attribute");
  CHECK(!qualify_state_set(state, "size", "five", &error));
  refused(&error, "value is no JSON");

  pthread_t threads[2];
  for (int i = 0; i < 2; i++) CHECK(pthread_create(&threads[i], NULL, feed, state) == 0);
  for (int i = 0; i < 2; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  CHECK(says(qualify_state_score(state, start + day, &error), "\"score\":50,"));
  qualify_state_free(state);
  qualify_state_free(again);
  qualify_state_free(NULL);
  qualify_bytes_free(NULL, 0);
  qualify_model_free(other);
  printf("all is well\n");
  return 0;
}
