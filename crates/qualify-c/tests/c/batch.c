// A table of leads and one of events, made by hand, scored as one batch; errors of every kind; two threads.

#include "qualify.h"
#include <assert.h>
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

static int released = 0;

static void release_schema(struct ArrowSchema *schema) {
  for (int64_t i = 0; i < schema->n_children; i++) {
    if (schema->children[i]->release != NULL) schema->children[i]->release(schema->children[i]);
    free(schema->children[i]);
  }
  free(schema->children);
  schema->release = NULL;
}

static void release_array(struct ArrowArray *array) {
  for (int64_t i = 0; i < array->n_children; i++) {
    if (array->children[i]->release != NULL) array->children[i]->release(array->children[i]);
    free(array->children[i]);
  }
  free(array->children);
  free(array->buffers);
  array->release = NULL;
  released++;
}

static struct ArrowSchema *field(const char *name, const char *format, int children) {
  struct ArrowSchema *schema = calloc(1, sizeof *schema);
  schema->name = name;
  schema->format = format;
  schema->flags = ARROW_FLAG_NULLABLE;
  schema->n_children = children;
  schema->children = calloc(children ? children : 1, sizeof *schema->children);
  schema->release = release_schema;
  return schema;
}

static struct ArrowArray *array(int64_t length, int buffers, const void *a, const void *b, int children) {
  struct ArrowArray *array = calloc(1, sizeof *array);
  array->length = length;
  array->n_buffers = buffers;
  array->buffers = calloc(3, sizeof *array->buffers);
  array->buffers[1] = a;
  array->buffers[2] = b;
  array->n_children = children;
  array->children = calloc(children ? children : 1, sizeof *array->children);
  array->release = release_array;
  return array;
}

// A stream of one batch.
struct table {
  struct ArrowSchema *schema;
  struct ArrowArray *batch;
};

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
  struct table *table = stream->private_data;
  *out = *table->schema;
  free(table->schema);
  table->schema = NULL;
  return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
  struct table *table = stream->private_data;
  if (table->batch == NULL) {
    memset(out, 0, sizeof *out);
    return 0;
  }
  *out = *table->batch;
  free(table->batch);
  table->batch = NULL;
  return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream) {
  (void)stream;
  return NULL;
}

static void release_stream(struct ArrowArrayStream *stream) {
  struct table *table = stream->private_data;
  if (table->schema != NULL) {
    table->schema->release(table->schema);
    free(table->schema);
  }
  if (table->batch != NULL) {
    table->batch->release(table->batch);
    free(table->batch);
  }
  free(table);
  stream->release = NULL;
}

static struct ArrowArrayStream stream_of(struct ArrowSchema *schema, struct ArrowArray *batch) {
  struct table *table = malloc(sizeof *table);
  table->schema = schema;
  table->batch = batch;
  struct ArrowArrayStream stream = {get_schema, get_next, get_last_error, release_stream, table};
  return stream;
}

static const int32_t key_ends[] = {0, 1, 2};
static const int64_t sizes[] = {500, 5};

static struct ArrowArrayStream leads(void) {
  struct ArrowSchema *schema = field("", "+s", 2);
  schema->children[0] = field("id", "u", 0);
  schema->children[1] = field("size", "l", 0);
  struct ArrowArray *batch = array(2, 1, NULL, NULL, 2);
  batch->children[0] = array(2, 3, key_ends, "ab", 0);
  batch->children[1] = array(2, 2, sizes, NULL, 0);
  return stream_of(schema, batch);
}

static const int32_t lead_ends[] = {0, 1};
static const int32_t kind_ends[] = {0, 7};
static const int32_t page_ends[] = {0, 7};
static const int64_t times[] = {1767225599999999};

static struct ArrowArrayStream events(void) {
  struct ArrowSchema *schema = field("", "+s", 4);
  schema->children[0] = field("id", "u", 0);
  schema->children[1] = field("time", "tsu:UTC", 0);
  schema->children[2] = field("event", "u", 0);
  schema->children[3] = field("page", "u", 0);
  struct ArrowArray *batch = array(1, 1, NULL, NULL, 4);
  batch->children[0] = array(1, 3, lead_ends, "b", 0);
  batch->children[1] = array(1, 2, times, NULL, 0);
  batch->children[2] = array(1, 3, kind_ends, "visited", 0);
  batch->children[3] = array(1, 3, page_ends, "pricing", 0);
  return stream_of(schema, batch);
}

static const int64_t as_of = 1767225600000000; // 2026-01-01T00:00:00Z

static void score_batch(const struct qualify_model *model) {
  struct ArrowArrayStream in = leads(), of_leads = events(), out;
  struct qualify_error *error = NULL;
  struct qualify_options options = {.threads = 2, .event = "event"};
  CHECK(qualify_score_arrow(model, &in, &of_leads, as_of, &options, &out, &error));
  CHECK(error == NULL && in.release == NULL && of_leads.release == NULL);
  struct ArrowSchema schema;
  struct ArrowArray batch, end;
  CHECK(out.get_schema(&out, &schema) == 0 && schema.n_children >= 3);
  CHECK(strcmp(schema.children[2]->name, "score") == 0 && strcmp(schema.children[2]->format, "d:18,4") == 0);
  CHECK(out.get_next(&out, &batch) == 0 && batch.length == 2);
  const __int128 *points = batch.children[2]->buffers[1];
  CHECK(points[0] == 100000 && points[1] == 200000); // units of 1e-4 points
  CHECK(out.get_next(&out, &end) == 0 && end.release == NULL);
  batch.release(&batch);
  schema.release(&schema);
  out.release(&out);
}

static void *score_often(void *model) {
  for (int i = 0; i < 50; i++) {
    struct qualify_error *error = NULL;
    char *results = qualify_score_lead(model, "{\"id\":\"a\",\"size\":500}", as_of, &error);
    CHECK(results != NULL && error == NULL && strstr(results, "\"score\":10,") != NULL);
    qualify_string_free(results);
  }
  return NULL;
}

static void refused(struct qualify_error **error, enum qualify_kind kind, const char *words) {
  CHECK(*error != NULL && qualify_error_kind(*error) == kind);
  if (strstr(qualify_error_message(*error), words) == NULL) {
    fprintf(stderr, "%s\n", qualify_error_message(*error));
    exit(1);
  }
  CHECK(qualify_error_json(*error)[0] == '{');
  qualify_error_free(*error);
  *error = NULL;
}

static void errors(const struct qualify_model *model) {
  struct qualify_error *error = NULL;
  CHECK(qualify_model_from_text("lead key id { size integer } when sise > 1 add 2", NULL, &error) == NULL);
  refused(&error, QUALIFY_KIND_MODEL, "fix: write `size`");
  CHECK(qualify_model_from_text("\xff\xfe", NULL, &error) == NULL);
  refused(&error, QUALIFY_KIND_ARGUMENT, "text is not UTF-8 (byte 1)");
  CHECK(qualify_model_from_text(NULL, NULL, &error) == NULL);
  refused(&error, QUALIFY_KIND_ARGUMENT, "text is NULL");
  CHECK(qualify_model_from_text(NULL, NULL, NULL) == NULL);
  CHECK(qualify_model_from_file("no-such-file.qualify", NULL, &error) == NULL);
  refused(&error, QUALIFY_KIND_FILE, "there is no such file");
  CHECK(qualify_model_from_text("lead key id { size integer }", "[]", &error) == NULL);
  refused(&error, QUALIFY_KIND_ARGUMENT, "params");
  CHECK(qualify_score_lead(NULL, "{}", as_of, &error) == NULL);
  refused(&error, QUALIFY_KIND_ARGUMENT, "model is NULL");
  CHECK(qualify_score_lead(model, "{ no", as_of, &error) == NULL);
  refused(&error, QUALIFY_KIND_ARGUMENT, "lead is no JSON");
  CHECK(qualify_score_lead(model, "{\"id\":\"a\",\"sise\":1}", as_of, &error) == NULL);
  refused(&error, QUALIFY_KIND_DATA, "sise");
  CHECK(qualify_explain_lead(model, "[]", as_of, false, &error) == NULL);
  refused(&error, QUALIFY_KIND_DATA, "JSON object");
  int64_t instant = 0;
  CHECK(!qualify_instant("soon", &instant, &error));
  refused(&error, QUALIFY_KIND_ARGUMENT, "soon");
  CHECK(qualify_instant("2026-01-01", &instant, &error) && instant == as_of);
  CHECK(qualify_now() > as_of - 1000000);

  struct ArrowArrayStream out, in = leads();
  CHECK(!qualify_score_arrow(model, NULL, NULL, as_of, NULL, &out, &error));
  refused(&error, QUALIFY_KIND_ARGUMENT, "leads is NULL");
  CHECK(!qualify_score_arrow(NULL, &in, NULL, as_of, NULL, &out, &error) && in.release == NULL);
  refused(&error, QUALIFY_KIND_ARGUMENT, "model is NULL");
  CHECK(!qualify_score_arrow(model, &in, NULL, as_of, NULL, &out, &error));
  refused(&error, QUALIFY_KIND_ARGUMENT, "released");
  in = events();
  CHECK(!qualify_score_arrow(model, &in, NULL, as_of, NULL, &out, &error));
  refused(&error, QUALIFY_KIND_DATA, "size");

  qualify_model_free(NULL);
  qualify_error_free(NULL);
  qualify_string_free(NULL);
  CHECK(qualify_error_message(NULL) == NULL && qualify_model_digest(NULL) == NULL);
}

int main(void) {
  struct qualify_error *error = NULL;
  struct qualify_model *model = qualify_model_from_text(
      "lead key id { size integer }\n"
      "event visited (page text)\n"
      "when visited pricing within 7d add 20\n"
      "when size > 100 add 10\n",
      NULL, &error);
  CHECK(model != NULL && error == NULL);
  char *digest = qualify_model_digest(model), *inputs = qualify_model_inputs(model);
  CHECK(strlen(digest) > 8 && strstr(inputs, "\"visited\"") != NULL);
  qualify_string_free(digest);
  qualify_string_free(inputs);
  char *said = qualify_check("lead key id { size integer } when sise > 1 add 2", NULL, &error);
  CHECK(said != NULL && strstr(said, "E0201") != NULL);
  qualify_string_free(said);

  score_batch(model);
  CHECK(released > 0);
  pthread_t threads[2];
  for (int i = 0; i < 2; i++) CHECK(pthread_create(&threads[i], NULL, score_often, model) == 0);
  for (int i = 0; i < 2; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  errors(model);
  qualify_model_free(model);
  printf("%s: all is well\n", qualify_version());
  return 0;
}
