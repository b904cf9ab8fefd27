/* The compiled kernel: columns to base rows to answers, one tile of words at a time, so that all of it stays in the cache.
   Plain loops over arrays of fixed length, which the compiler turns into the widest vectors of the machine it runs on. */
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#define W 128      /* words in a tile */
#define N (64 * W) /* enterprises in a tile */
#define STEP 256   /* bytes of numbers that are compared at a time: they fit the registers */
#ifdef CLONED /* one version for each generation of x86, chosen when the library is loaded; else FAST is given as nothing */
#define FAST __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#ifdef __SSE2__ /* Past the cache: answers are not read soon, and a line written whole need not be fetched; counting on orders them. */
#include <emmintrin.h>
#define SEND(TO, FROM) for (int i = 0; i < W; i += 2) _mm_stream_si128((__m128i *)((TO) + i), _mm_load_si128((const __m128i *)((FROM) + i)))
#else
#define SEND(TO, FROM) memcpy(TO, FROM, 8 * W)
#endif
typedef uint64_t word;
typedef word wide __attribute__((vector_size(64), may_alias)); /* eight words that are computed at once */
enum { INT64, INT64_IN_32, INT64_IN_16, INT32, FLOAT64, BYTE, PACKED }; /* kinds of source; PACKED is a row of ready words */
/* An array with its ascending cuts and the leaves that read it. `known` may be null; strides are in bytes. */
struct source { const char *values; const uint8_t *known; const char *cuts; int64_t kind, stride, count, first, leaves; };
struct leaf { int32_t rank, sure, may; }; /* two base rows: where the rank is `rank` or more, and where it is so or unknown */
/* A value's rank is how many cuts it reaches. Where cuts fit a narrower type, values beyond its ends are held at them: they reach the same. */
#define HELD(T, LOW, HIGH) (T)(x[j] < LOW ? LOW : x[j] > HIGH ? HIGH : x[j])
#define RANKS(KIND, FROM, T, COUNT, VALUE) \
  case KIND: for (int i = 0; i < N; i += STEP / (int)sizeof(T)) { \
    enum { MANY = STEP / sizeof(T) }; FROM x[MANY]; T v[MANY]; COUNT rank[MANY] = {0}; \
    memcpy(x, values + i * sizeof(FROM), sizeof x); for (int j = 0; j < MANY; j++) v[j] = VALUE; \
    for (int64_t c = 0; c < s->count; c++) { T cut = ((const T *)s->cuts)[c]; for (int j = 0; j < MANY; j++) rank[j] += v[j] >= cut; } \
    for (int j = 0; j < MANY; j++) code[i + j] = (uint8_t)(rank[j] + 1); } break;
/* Codes of a tile: 0 for unknown, else 1 + rank. Turned so that code 8 o + b, bit b of octet o, is at (N / 8) b + o. */
FAST static void encode(const struct source *s, int64_t from, int64_t left, uint8_t *restrict turned) {
  _Alignas(64) uint8_t code[N] = {0};
  _Alignas(64) word part[N], eight[N / 8];
  const char *values = s->values + from * s->stride; const uint8_t *restrict known = s->known ? s->known + from : 0;
  if (left < N && s->kind != BYTE) { memset(part, 0, sizeof part); values = memcpy(part, values, (size_t)(left * s->stride)); }
  switch (s->kind) {
    case BYTE: for (int64_t i = 0; i < left; i++) code[i] = (uint8_t)(values[i * s->stride] + 1); break;
    RANKS(INT64, int64_t, int64_t, int64_t, x[j])
    RANKS(INT64_IN_32, int64_t, int32_t, int32_t, HELD(int32_t, INT32_MIN, INT32_MAX))
    RANKS(INT64_IN_16, int64_t, int16_t, int16_t, HELD(int16_t, INT16_MIN, INT16_MAX))
    RANKS(INT32, int32_t, int32_t, int32_t, x[j])
    RANKS(FLOAT64, double, double, int64_t, x[j]) }
  if (known) for (int64_t i = 0; i < left; i++) code[i] &= (uint8_t)-known[i];
  memcpy(eight, code, N); for (int b = 0; b < 8; b++) for (int o = 0; o < N / 8; o++) turned[b * (N / 8) + o] = (uint8_t)(eight[o] >> 8 * b);
}
/* Codes of all sources, tile after tile: N octets for each source in turn. Threads share `next`, where the next tile begins. */
FAST void huice_encode(const struct source *s, int64_t sources, int64_t n, _Atomic int64_t *next, uint8_t *codes) {
  for (int64_t w; 64 * (w = atomic_fetch_add(next, W)) < n;)
    for (int64_t i = 0; i < sources; i++)
      if (s[i].kind != PACKED) encode(s + i, 64 * w, n - 64 * w < N ? n - 64 * w : N, codes + (w / W * sources + i) * N);
}
FAST static void reach(const uint8_t *restrict code, uint8_t least, uint8_t *restrict octet) {
  for (int o = 0; o < N / 8; o++) {
    uint8_t bits = 0; for (int b = 0; b < 8; b++) bits |= (uint8_t)((code[b * (N / 8) + o] >= least) << b);
    octet[o] = bits; }
}
/* All base rows of a tile. */
FAST static void leaves(const struct source *s, int64_t sources, const struct leaf *leaf, int64_t from, int64_t left, const uint8_t *code, word *rows) {
  for (word known[W]; sources--; s++, code += N) {
    if (s->kind == PACKED) { memcpy(rows + leaf[s->first].sure * W, s->values + from / 8, (size_t)((left + 63) / 64 * 8)); continue; }
    reach(code, 1, (uint8_t *)known);
    for (const struct leaf *l = leaf + s->first; l < leaf + s->first + s->leaves; l++) {
      word *restrict sure = rows + l->sure * W, *restrict may = rows + l->may * W;
      reach(code, (uint8_t)(l->rank + 1), (uint8_t *)sure);
      for (int i = 0; i < W; i++) may[i] = sure[i] | ~known[i]; } }
}
/* Instructions of up to four sources, six numbers each, in the order told in `compiled.py`; the last hands an answer to `out` or counts it. */
#define EACH(VALUE) for (int64_t i = 0; i < width; i++) t[i] = VALUE; break;
static inline __attribute__((always_inline)) void steps(const int32_t *code, int64_t count, wide *const *row, int64_t width, word *out,
                                                        int64_t stride, int64_t *counts) {
  for (; count--; code += 6) {
    wide *t = row[code[1]];
    const wide *a = row[code[2]], *b = row[code[3]], *c = row[code[4]], *d = row[code[5]];
    switch (code[0]) {
      case 0: EACH(a[i] & b[i]) case 1: EACH(a[i] & b[i] & c[i]) case 2: EACH(a[i] & b[i] & c[i] & d[i])
      case 3: EACH(a[i] & ~b[i]) case 4: EACH(a[i] & ~(b[i] | c[i])) case 5: EACH(a[i] & ~(b[i] | c[i] | d[i]))
      case 6: EACH(a[i] | b[i]) case 7: EACH(a[i] | b[i] | c[i]) case 8: EACH(a[i] | b[i] | c[i] | d[i])
      case 9: EACH(a[i] | ~b[i]) case 10: EACH(a[i] | ~(b[i] & c[i])) case 11: EACH(a[i] | ~(b[i] & c[i] & d[i]))
      default: if (!out) { int64_t set = 0; for (int i = 0; i < W; i++) set += __builtin_popcountll(((const word *)a)[i]); counts[code[1]] += set; }
               else if ((uintptr_t)(out + code[1] * stride) % 16) memcpy(out + code[1] * stride, a, 8 * W);
               else SEND(out + code[1] * stride, (const word *)a); } }
}
struct part { const int32_t *code; int64_t count, first; }; /* instructions for outputs from `first` on */
/* Answers for n enterprises to `out` (rows of `stride` words) or, if that is null, counted to `counts`; of a last tile that is not whole
   to `tail`. Rows are false, true, base rows, registers: W words of `scratch` each (base rows in each tile of a group), and a pointer. */
FAST void huice_run(const struct source *s, int64_t sources, const struct leaf *leaf, const uint8_t *codes, int64_t base, const struct part *part,
                    int64_t parts, int64_t registers, int64_t group, word *scratch, wide **row, int64_t n, _Atomic int64_t *next,
                    word *out, int64_t stride, int64_t *counts, word *tail) {
  word *rows = scratch + (2 + registers) * W; row[0] = memset(scratch, 0, 8 * W), row[1] = memset(scratch + W, 255, 8 * W);
  for (int64_t i = 0; i < registers; i++) row[2 + base + i] = (wide *)(scratch + (2 + i) * W);
  for (int64_t from, to; 64 * (from = atomic_fetch_add(next, group * W)) < n;) {
    for (to = from; to < from + group * W && 64 * to < n; to += W)
      leaves(s, sources, leaf, 64 * to, n - 64 * to < N ? n - 64 * to : N, codes + to / W * sources * N, rows + (to - from) * base);
    for (const struct part *p = part; p < part + parts; p++) for (int64_t w = from; w < to; w += W) {
      for (int64_t i = 0; i < base; i++) row[2 + i] = (wide *)(rows + (w - from) * base + i * W);
      if (64 * w + N > n) steps(p->code, p->count, row, (n + 511) / 512 - w / 8, tail + p->first * W, W, 0);
      else steps(p->code, p->count, row, W / 8, out ? out + p->first * stride + w : 0, stride, counts + p->first); } }
}
