// Leads come in as JSON, one on each line; those who should be called today go out, the best reason first.
//
//   embed-c MODEL AS_OF < leads.jsonl

#include "qualify.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Says what went wrong and frees it.
static int give_up(struct qualify_error *error) {
  fprintf(stderr, "%s\n", qualify_error_message(error));
  qualify_error_free(error);
  return 1;
}

// Results are one flat JSON object: enough to look for one of its fields as text. A service would use a JSON library.
static int has(const char *results, const char *field) { return strstr(results, field) != NULL; }

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "embed-c MODEL AS_OF < leads.jsonl\n");
    return 2;
  }
  struct qualify_error *error = NULL;
  struct qualify_model *model = qualify_model_from_file(argv[1], NULL, &error);
  if (model == NULL) return give_up(error);

  int64_t as_of;
  if (!qualify_instant(argv[2], &as_of, &error)) {
    qualify_model_free(model);
    return give_up(error);
  }

  char line[65536];
  int failed = 0;
  while (!failed && fgets(line, sizeof line, stdin) != NULL) {
    char *results = qualify_score_lead(model, line, as_of, &error);
    if (results == NULL) {
      failed = give_up(error);
      break;
    }
    if (has(results, "\"stage\":\"MQL\"")) {
      char *why = qualify_explain_lead(model, line, as_of, false, &error);
      if (why == NULL) {
        failed = give_up(error);
      } else {
        const char *text = strstr(why, "\"text\":\"");
        int length = text == NULL ? 0 : (int)strcspn(text + 8, "\"");
        printf("%s\n  because %.*s\n", results, length, text == NULL ? "" : text + 8);
      }
      qualify_string_free(why);
    }
    qualify_string_free(results);
  }
  qualify_model_free(model);
  return failed;
}
