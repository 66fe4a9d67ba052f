// Lead scoring as a language: compile a model, score leads, explain scores.
//
// Made by cbindgen from crates/qualify-c; changes belong there.
//
// Every function may be called from any thread at any time, and none keeps what it is given unless it says so. What it
// gives belongs to the caller and is freed by the function that its description names. No panic crosses this border.

#ifndef QUALIFY_H
#define QUALIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif


// The kinds of errors.
enum qualify_kind {
  // The rules are wrong; the JSON has `diagnostics`.
  QUALIFY_KIND_MODEL = 1,
  // Leads, events or a manifest cannot be read; the JSON has `problems`.
  QUALIFY_KIND_DATA = 2,
  // A file cannot be read.
  QUALIFY_KIND_FILE = 3,
  // An argument is NULL where it must not be, is no UTF-8, or means nothing.
  QUALIFY_KIND_ARGUMENT = 4,
  // A mistake in this library. What was asked for was not done; the model can be used further.
  QUALIFY_KIND_INTERNAL = 5,
};

// A stream of record batches, as the Arrow C stream interface defines it.
struct ArrowArrayStream;

// What went wrong: a message for people, and the same as JSON.
struct qualify_error;

// A model that checked: ready to score. It never changes; any number of threads may use it at one time.
struct qualify_model;

// What a model needs to know of one lead that is scored as events arrive. It holds its model by itself. Any thread may
// use it; calls for one state wait for each other.
struct qualify_state;

// How tables are scored. All zero is right for most; NULL in its place means that.
struct qualify_options {
  // How many threads; 0: as many as the machine has cores. Results do not depend on it.
  uint32_t threads;
  // How much memory reading may use, in bytes; 0: a share of what the machine has free.
  uint64_t memory;
  // The column of the events with the key of the lead; NULL: found by its usual names.
  const char *lead;
  // The column of the events with the time; NULL: found by its usual names.
  const char *time;
  // The column of the events with the type; NULL: found by its usual names.
  const char *event;
  // Events of leads that are not in the table of leads are left out, not errors.
  bool ignore_unknown_leads;
  // Events of types that the schema does not have are left out, not errors.
  bool ignore_unknown_types;
  // Values outside their range or vocabulary are errors, not unknown.
  bool strict_data;
};

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The version of this library. The text lives for ever.
const char *qualify_version(void);

// Compiles rules that use no other files.
//
// `params` is NULL, or a JSON object with other values of params, within their ranges: `{"large": 200}`. Returns a model
// that the caller frees with `qualify_model_free`, or NULL; then `*error` says why. Any thread.
//
// # Safety
//
// `text` and `params` are UTF-8 and end with a zero byte; they are not kept. `error` may be NULL; else an error that is
// written there belongs to the caller.
struct qualify_model *qualify_model_from_text(const char *text,
                                              const char *params,
                                              struct qualify_error **error);

// Compiles a rule file, or the model of a project: its folder, or its qualify.toml.
//
// `params` as for `qualify_model_from_text`. Returns a model that the caller frees with `qualify_model_free`, or NULL;
// then `*error` says why. Any thread.
//
// # Safety
//
// `path` is UTF-8 and ends with a zero byte; it is not kept. `params` and `error` as for `qualify_model_from_text`.
struct qualify_model *qualify_model_from_file(const char *path,
                                              const char *params,
                                              struct qualify_error **error);

// Frees a model. NULL is fine. No other thread may be using it, and nobody may use it afterwards; results that it gave
// stay valid, and states that were made with it live on.
//
// # Safety
//
// `model` is NULL, or came from this library and was not freed before.
void qualify_model_free(struct qualify_model *model);

// The digest of rules, lists and params: equal digests give equal results.
//
// Returns a text that the caller frees with `qualify_string_free`, or NULL if `model` is NULL. Any thread.
//
// # Safety
//
// `model` is NULL, or a model that was not freed.
char *qualify_model_digest(const struct qualify_model *model);

// What must be known of a lead to score it, as JSON: `key`, `attributes`, `events`, `received`.
//
// Returns a text that the caller frees with `qualify_string_free`, or NULL if `model` is NULL. Any thread.
//
// # Safety
//
// `model` is NULL, or a model that was not freed.
char *qualify_model_inputs(const struct qualify_model *model);

// All that is to be said about rules that use no other files, errors and warnings, as a JSON array.
//
// `params` as for `qualify_model_from_text`. Returns a text that the caller frees with `qualify_string_free`, or NULL;
// then `*error` says why. Rules with mistakes are no error here. Any thread.
//
// # Safety
//
// `text`, `params` and `error` as for `qualify_model_from_text`.
char *qualify_check(const char *text,
                    const char *params,
                    struct qualify_error **error);

// What changed from one model to another, in sentences.
//
// Returns a JSON object with `changes` and `project`, arrays of objects whose `sentence` says what changed; both are empty
// if nothing did that a result could show. A text that the caller frees with `qualify_string_free`, or NULL; then
// `*error` says why. Any thread.
//
// # Safety
//
// `before` and `after` are models that were not freed. `error` as for `qualify_model_from_text`.
char *qualify_diff(const struct qualify_model *before,
                   const struct qualify_model *after,
                   struct qualify_error **error);

// Scores one lead at `as_of`, in microseconds since 1970-01-01T00:00:00Z.
//
// `lead` is a JSON object: attributes under their paths, or in objects, and `events`, an array of objects with
// `event`, `time` and properties. Returns the results as a JSON object, a text that the caller frees with
// `qualify_string_free`, or NULL; then `*error` says why. Any thread.
//
// # Safety
//
// `model` is a model that was not freed. `lead` is UTF-8 and ends with a zero byte; it is not kept. `error` as for
// `qualify_model_from_text`.
char *qualify_score_lead(const struct qualify_model *model,
                         const char *lead,
                         int64_t as_of,
                         struct qualify_error **error);

// Where the score of one lead comes from, line by line; the points of the lines sum exactly to the scores.
//
// `lead` and `as_of` as for `qualify_score_lead`. Values of personal attributes and properties are left out unless
// `show_personal`. Returns a JSON object, a text that the caller frees with `qualify_string_free`, or NULL; then
// `*error` says why. Any thread.
//
// # Safety
//
// As for `qualify_score_lead`.
char *qualify_explain_lead(const struct qualify_model *model,
                           const char *lead,
                           int64_t as_of,
                           bool show_personal,
                           struct qualify_error **error);

// What changed from one look at a lead to the next, with the rules responsible.
//
// `before` and `after` are JSON objects as for `qualify_score_lead`, each looked at at its instant, in microseconds since
// 1970-01-01T00:00:00Z; `before` may be NULL, and then it is what the lead starts with. Returns a JSON array of objects
// with `change` (such as `entered_stage`) and `rules` with their points before and after, a text that the caller frees
// with `qualify_string_free`, or NULL; then `*error` says why. Nobody is notified. Any thread.
//
// # Safety
//
// `model` is a model that was not freed. `before` and `after` are UTF-8 and end with a zero byte; they are not kept.
// `error` as for `qualify_model_from_text`.
char *qualify_transitions(const struct qualify_model *model,
                          const char *before,
                          int64_t before_as_of,
                          const char *after,
                          int64_t as_of,
                          struct qualify_error **error);

// Scores a table of leads with a table of their events at `as_of`, in microseconds since 1970-01-01T00:00:00Z.
//
// Both are streams of the Arrow C interface; `events` may be NULL. They are taken in any case: afterwards the caller's
// structs hold a released stream. Their columns are shared, not copied, and may be released, from any thread, when
// `results` is. `results` gets a stream with a row for each lead in the order of the leads, which the caller releases;
// it may outlive the model. Returns whether that was done; if not, `results` is left as it is, and `*error` says why.
// Any thread; `options` may be NULL and is not kept.
//
// # Safety
//
// `model` is a model that was not freed. `leads` and `events` point to streams that were not released, `results` to
// memory for one, which is not released by this function. The texts of `options` are NULL, or UTF-8 that ends with a
// zero byte. `error` as for `qualify_model_from_text`.
bool qualify_score_arrow(const struct qualify_model *model,
                         struct ArrowArrayStream *leads,
                         struct ArrowArrayStream *events,
                         int64_t as_of,
                         const struct qualify_options *options,
                         struct ArrowArrayStream *results,
                         struct qualify_error **error);

// An instant written as ISO 8601, such as `2026-01-31T00:00:00Z`, in microseconds since 1970-01-01T00:00:00Z; a date is
// its first moment in UTC. Returns whether it could be read; if not, `*error` says why. Any thread.
//
// # Safety
//
// `text` is UTF-8 and ends with a zero byte; it is not kept. `instant` can be written to. `error` as for
// `qualify_model_from_text`.
bool qualify_instant(const char *text,
                     int64_t *instant,
                     struct qualify_error **error);

// This moment, in microseconds since 1970-01-01T00:00:00Z. Any thread.
int64_t qualify_now(void);

// The kind of an error; `QUALIFY_KIND_ARGUMENT` if it is NULL. Any thread.
//
// # Safety
//
// `error` is NULL, or an error that was not freed.
enum qualify_kind qualify_error_kind(const struct qualify_error *error);

// The error in words, as the command line says it. The text belongs to the error and lives as long; NULL if `error` is.
// Any thread.
//
// # Safety
//
// `error` is NULL, or an error that was not freed.
const char *qualify_error_message(const struct qualify_error *error);

// The error as JSON: `kind`, `message`, and `diagnostics` of rules or `problems` of data. The text belongs to the error
// and lives as long; NULL if `error` is. Any thread.
//
// # Safety
//
// `error` is NULL, or an error that was not freed.
const char *qualify_error_json(const struct qualify_error *error);

// Frees an error. NULL is fine.
//
// # Safety
//
// `error` is NULL, or came from this library and was not freed before.
void qualify_error_free(struct qualify_error *error);

// Frees a text that a function of this library gave to the caller. NULL is fine.
//
// # Safety
//
// `text` is NULL, or came from this library and was not freed before.
void qualify_string_free(char *text);

// The state of a lead: a JSON object as for `qualify_score_lead`, with its events as far as they are known.
//
// Returns a state that the caller frees with `qualify_state_free`, or NULL; then `*error` says why. The model may be freed
// before it. Any thread.
//
// # Safety
//
// `model` is a model that was not freed. `lead` is UTF-8 and ends with a zero byte; it is not kept. `error` as for
// `qualify_model_from_text`.
struct qualify_state *qualify_state_new(const struct qualify_model *model,
                                        const char *lead,
                                        struct qualify_error **error);

// A state that was kept as bytes, for the lead of that key.
//
// Returns a state that the caller frees with `qualify_state_free`, or NULL if the bytes are damaged or were made by another
// model; then `*error` says why. Make a new one then, and feed it the events again. Any thread.
//
// # Safety
//
// `model` is a model that was not freed. `key` is UTF-8 and ends with a zero byte. `bytes` points to `length` bytes.
// Neither is kept. `error` as for `qualify_model_from_text`.
struct qualify_state *qualify_state_from_bytes(const struct qualify_model *model,
                                               const char *key,
                                               const uint8_t *bytes,
                                               size_t length,
                                               struct qualify_error **error);

// The state as bytes, which another process can go on with; `*length` gets how many there are.
//
// Returns bytes that the caller frees with `qualify_bytes_free`, or NULL; then `*error` says why. Any thread.
//
// # Safety
//
// `state` is a state that was not freed. `length` can be written to. `error` as for `qualify_model_from_text`.
uint8_t *qualify_state_to_bytes(const struct qualify_state *state,
                                size_t *length,
                                struct qualify_error **error);

// Feeds an event: a JSON object with `event`, `time` and its properties. Events come in any order.
//
// Returns whether that was done; if not, the state is as before and `*error` says why. Any thread.
//
// # Safety
//
// `state` is a state that was not freed. `event` is UTF-8 and ends with a zero byte; it is not kept. `error` as for
// `qualify_model_from_text`.
bool qualify_state_apply(const struct qualify_state *state,
                         const char *event,
                         struct qualify_error **error);

// Sets an attribute by its path; `value` is JSON, and `null` makes it unknown.
//
// Returns whether that was done; if not, the state is as before and `*error` says why. Any thread.
//
// # Safety
//
// `state` is a state that was not freed. `name` and `value` are UTF-8 and end with a zero byte; they are not kept.
// `error` as for `qualify_model_from_text`.
bool qualify_state_set(const struct qualify_state *state,
                       const char *name,
                       const char *value,
                       struct qualify_error **error);

// The results at `as_of`, in microseconds since 1970-01-01T00:00:00Z: those of all events that were ever fed.
//
// Returns a JSON object as `qualify_score_lead` does, a text that the caller frees with `qualify_string_free`, or NULL;
// then `*error` says why. An instant before the last one asked for is an error. Any thread.
//
// # Safety
//
// `state` is a state that was not freed. `error` as for `qualify_model_from_text`.
char *qualify_state_score(const struct qualify_state *state,
                          int64_t as_of,
                          struct qualify_error **error);

// When to look again: `*next` gets an instant behind `as_of` before which no decision (status, stage, grade, segment,
// route) changes without a new event, or `INT64_MAX` if none ever does. Both in microseconds since
// 1970-01-01T00:00:00Z.
//
// Returns whether that was done; if not, `*error` says why. Any thread.
//
// # Safety
//
// `state` is a state that was not freed. `next` can be written to. `error` as for `qualify_model_from_text`.
bool qualify_state_next_check(const struct qualify_state *state,
                              int64_t as_of,
                              int64_t *next,
                              struct qualify_error **error);

// What changed at `as_of` since the last call of this function, each crossing once, with the rules responsible. A new
// state is compared with nothing; one that was kept as bytes goes on where it was when they were made.
//
// Returns a JSON array of objects with `change` (such as `entered_stage`) and `rules` with their points before and after, a
// text that the caller frees with
// `qualify_string_free`, or NULL; then `*error` says why. Nobody is notified. Any thread.
//
// # Safety
//
// `state` is a state that was not freed. `error` as for `qualify_model_from_text`.
char *qualify_state_transitions(const struct qualify_state *state,
                                int64_t as_of,
                                struct qualify_error **error);

// Frees a state. NULL is fine. No other thread may be using it, and nobody may use it afterwards.
//
// # Safety
//
// `state` is NULL, or came from this library and was not freed before.
void qualify_state_free(struct qualify_state *state);

// Frees bytes that `qualify_state_to_bytes` gave, with the length that it gave. NULL is fine.
//
// # Safety
//
// `bytes` is NULL, or came from this library with that length and was not freed before.
void qualify_bytes_free(uint8_t *bytes, size_t length);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* QUALIFY_H */
