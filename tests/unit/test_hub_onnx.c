/* Weights out of ONNX files, on files made here; and every allocation that fails. */
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "encoder/safetensors.h"
#include "hub/onnx.h"
#include "hub/private.h"
#include "unit.h"

static const float numbers[6] = {1, 2, 3, 4, 5, 6};

static void varint(struct ho_buf *out, uint64_t n)
{
	for (; n > 127; n >>= 7)
		assert_int_equal(ho_buf_add(out, &(char){(char)((n & 127) | 128)}, 1, NULL), HO_OK);
	assert_int_equal(ho_buf_add(out, &(char){(char)n}, 1, NULL), HO_OK);
}

static void number(struct ho_buf *out, unsigned field, uint64_t n)
{
	varint(out, field << 3);
	varint(out, n);
}

static void bytes(struct ho_buf *out, unsigned field, struct ho_slice content)
{
	varint(out, (field << 3) | 2);
	varint(out, content.len);
	assert_int_equal(ho_buf_add(out, content.ptr, content.len, NULL), HO_OK);
}

static void text(struct ho_buf *out, unsigned field, const char *content)
{
	bytes(out, field, ho_slice_str(content));
}

/* An initializer of `rows` by `columns` (0: one dimension) of the numbers 1, 2, ... */
static void tensor(struct ho_buf *graph, const char *name, uint64_t rows, uint64_t columns)
{
	struct ho_buf t;
	ho_buf_init(&t, 4096);
	number(&t, 1, rows);
	if (columns)
		number(&t, 1, columns);
	number(&t, 2, 1);
	text(&t, 8, name);
	bytes(&t, 9, ho_slice((const char *)numbers, (size_t)(rows * (columns ? columns : 1)) * sizeof(float)));
	bytes(graph, 5, ho_buf_slice(&t));
	ho_buf_release(&t);
}

static void node(struct ho_buf *graph, const char *kind, const char *name, const char *first, const char *second,
                 const char *output)
{
	struct ho_buf n;
	ho_buf_init(&n, 4096);
	text(&n, 1, first);
	if (second)
		text(&n, 1, second);
	text(&n, 2, output);
	text(&n, 3, name);
	text(&n, 4, kind);
	bytes(graph, 1, ho_buf_slice(&n));
	ho_buf_release(&n);
}

static void model(struct ho_buf *out)
{
	struct ho_buf graph;
	ho_buf_init(&graph, 1 << 16);
	node(&graph, "Identity", "Identity_0", "encoder.layer.0.output.dense.bias", NULL, "embeddings.LayerNorm.bias");
	node(&graph, "MatMul", "/encoder/layer.0/output/dense/MatMul", "x", "onnx::MatMul_9", "y");
	node(&graph, "MatMul", "/encoder/layer.0/attention/self/MatMul", "y", "computed", "z");
	node(&graph, "MatMul", "MatMul_3", "z", "bert.encoder.layer.0.intermediate.dense.weight", "a");
	tensor(&graph, "onnx::MatMul_9", 2, 3);
	tensor(&graph, "encoder.layer.0.output.dense.bias", 3, 0);
	tensor(&graph, "bert.encoder.layer.0.intermediate.dense.weight", 3, 2);
	tensor(&graph, "embeddings.word_embeddings.weight", 3, 2);
	tensor(&graph, "pooler.dense.weight", 1, 1);
	number(out, 1, 8);
	bytes(out, 7, ho_buf_slice(&graph));
	ho_buf_release(&graph);
}

static void assert_weight(const struct ho_safetensors *file, const char *name, uint64_t rows, uint64_t columns,
                          const float *expected)
{
	float got[6];
	const struct ho_tensor *t = ho_safetensors_find(file, name);
	assert_non_null(t);
	assert_int_equal(t->rank, columns ? 2 : 1);
	assert_int_equal(t->shape[0], rows);
	if (columns)
		assert_int_equal(t->shape[1], columns);
	size_t n = (size_t)(rows * (columns ? columns : 1));
	assert_int_equal(ho_tensor_floats(got, t, 0, n, NULL), HO_OK);
	assert_memory_equal(got, expected, n * sizeof *got);
}

/* Transposed is what is multiplied by, by the name of the product or by its own; nothing else. */
static void test_weights(void **state)
{
	struct ho_buf onnx;
	struct ho_safetensors file;
	char path[] = "/tmp/handoff-onnx-XXXXXX";
	int fd = mkstemp(path);
	(void)state;
	assert_true(fd >= 0);
	close(fd);
	ho_buf_init(&onnx, 1 << 16);
	model(&onnx);
	assert_int_equal(ho_hub__from_onnx(path, ho_buf_slice(&onnx), NULL, NULL), HO_OK);
	assert_int_equal(ho_safetensors_open(&file, path, NULL), HO_OK);
	assert_int_equal(file.n, 5);
	assert_weight(&file, "encoder.layer.0.output.dense.weight", 3, 2, (const float[]){1, 4, 2, 5, 3, 6});
	assert_weight(&file, "encoder.layer.0.intermediate.dense.weight", 2, 3, (const float[]){1, 3, 5, 2, 4, 6});
	assert_weight(&file, "embeddings.word_embeddings.weight", 3, 2, numbers);
	assert_weight(&file, "encoder.layer.0.output.dense.bias", 3, 0, numbers);
	assert_weight(&file, "embeddings.LayerNorm.bias", 3, 0, numbers);
	ho_safetensors_close(&file);

	for (long nth = 1;; nth++) {
		struct ho_error err = {.code = HO_OK};
		ho_alloc_fail_at(nth);
		enum ho_status status = ho_hub__from_onnx(path, ho_buf_slice(&onnx), NULL, &err);
		bool failed = ho_alloc_did_fail();
		ho_alloc_fail_at(0);
		if (!failed) {
			assert_int_equal(status, HO_OK);
			assert_true(nth > 10);
			break;
		}
		assert_int_equal(status, HO_ENOMEM);
		assert_int_equal(err.code, HO_ENOMEM);
	}
	unlink(path);
	ho_buf_release(&onnx);
}

/* The graph cut anywhere is refused, or says what it still holds. */
static void test_cut(void **state)
{
	struct ho_buf onnx;
	(void)state;
	ho_buf_init(&onnx, 1 << 16);
	model(&onnx);
	struct ho_slice whole = ho_buf_slice(&onnx);
	for (size_t len = 0; len < whole.len; len++) {
		struct onnx_file file;
		char *cut = ho_alloc(len, 1); /* of its own, so that reading behind it is found */
		assert_non_null(cut);
		memcpy(cut, whole.ptr, len);
		assert_int_equal(ho_onnx_read(&file, ho_slice(cut, len), NULL), HO_EFORMAT);
		ho_onnx_release(&file);
		ho_free(cut);
	}
	ho_buf_release(&onnx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_weights),
	    cmocka_unit_test(test_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
