/*
 * The C ABI of mlx-mtp over MLX's C++ API: plain C, scalars by value, arrays by handle.
 *
 * Contract, for every function:
 *  - it returns a status (mtp_status); on failure the calling thread's message is in mtp_last_error;
 *  - no C++ exception and no abort leaves it;
 *  - unless marked [any thread] it may only be called from the thread that called mtp_init first.
 *
 * Handles: a result belongs to the innermost open frame scope and is freed when that closes, unless it was
 * adopted by another scope. A handle carries a generation, so that use after free is an error, not a crash.
 */
#ifndef MTP_H
#define MTP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MTP_ABI_VERSION 1
#define MTP_MAX_DIMS 8

typedef int64_t mtp_array;
typedef int64_t mtp_scope;

typedef enum {
  MTP_OK = 0,
  MTP_USAGE = 1,  /* wrong arguments; nothing has changed */
  MTP_BACKEND = 2 /* an evaluation failed; arrays of that graph hold garbage */
} mtp_status;

typedef enum { MTP_CPU = 0, MTP_GPU = 1 } mtp_device;

typedef enum {
  MTP_BOOL = 0,
  MTP_UINT8,
  MTP_UINT16,
  MTP_UINT32,
  MTP_UINT64,
  MTP_INT8,
  MTP_INT16,
  MTP_INT32,
  MTP_INT64,
  MTP_FLOAT16,
  MTP_BFLOAT16,
  MTP_FLOAT32,
  MTP_FLOAT64
} mtp_dtype;

typedef enum {
  MTP_NEGATIVE = 0,
  MTP_EXP,
  MTP_LOG,
  MTP_LOG1P,
  MTP_SIGMOID,
  MTP_SQUARE,
  MTP_SQRT,
  MTP_RSQRT,
  MTP_COS,
  MTP_SIN,
  MTP_ABS,
  MTP_CONTIGUOUS
} mtp_unary_op;

typedef enum {
  MTP_ADD = 0,
  MTP_SUBTRACT,
  MTP_MULTIPLY,
  MTP_DIVIDE,
  MTP_MAXIMUM,
  MTP_MINIMUM,
  MTP_MATMUL,
  MTP_EQUAL,
  MTP_LESS,
  MTP_LESS_EQUAL,
  MTP_GREATER,
  MTP_GREATER_EQUAL,
  MTP_LOGADDEXP
} mtp_binary_op;

typedef enum {
  MTP_SUM = 0,
  MTP_MEAN,
  MTP_MAX,
  MTP_MIN,
  MTP_ARGMAX,
  MTP_LOGSUMEXP,
  MTP_ALL,
  MTP_CUMSUM,
  MTP_SORT,
  MTP_ARGSORT,
  MTP_SOFTMAX
} mtp_axis_op;

typedef enum { MTP_AFFINE = 0, MTP_MXFP4, MTP_MXFP8, MTP_NVFP4 } mtp_quant_mode;

/* Life. */
int mtp_abi_version(void);                           /* [any thread] */
int mtp_mlx_version(char* text, int size);           /* [any thread] version of the library that was loaded */
int mtp_last_error(char* text, int size);            /* [any thread] message of this thread's last failure */
int mtp_init(int device);                            /* makes the calling thread the owner of all MLX work */
int mtp_gpu_available(int* available);               /* [any thread] */
int mtp_device_info(int device, char* json, int size);
int mtp_live_handles(int64_t* count);                /* [any thread] */

/* Scopes and handles. */
int mtp_scope_open(int detached, mtp_scope* scope);  /* detached: never innermost, filled by adopt alone */
int mtp_scope_close(mtp_scope scope);                /* frees what belongs to it */
int mtp_scope_adopt(mtp_scope scope, mtp_array array);
int mtp_scope_parent(mtp_scope scope, mtp_scope* parent);
int mtp_free(mtp_array array);
int mtp_share(mtp_array x, mtp_array* out);          /* a second handle to the same array */

/* Create and read. Shapes are int32, row-major; data is copied. */
int mtp_from_data(const void* data, int64_t bytes, const int* shape, int ndim, int dtype, mtp_array* out);
/* An array whose elements the caller writes through *data before anything reads them. */
int mtp_empty(const int* shape, int ndim, int dtype, void** data, mtp_array* out);
int mtp_full(const int* shape, int ndim, double value, int dtype, mtp_array* out);
int mtp_arange(double start, double stop, double step, int dtype, mtp_array* out);
int mtp_info(mtp_array x, int* dtype_ndim_shape);    /* writes dtype, ndim, then ndim sizes */
int mtp_read(mtp_array x, void* data, int64_t bytes);/* evaluates and copies out, row-major */

/* Run. */
int mtp_eval(const mtp_array* arrays, int n);
int mtp_async_eval(const mtp_array* arrays, int n);
int mtp_synchronize(void);
int mtp_graph_nodes(mtp_array x, int64_t* count);    /* primitives not yet evaluated below x */

/* Operations. */
int mtp_unary(int op, mtp_array x, mtp_array* out);
int mtp_binary(int op, mtp_array a, mtp_array b, mtp_array* out);
int mtp_binary_scalar(int op, mtp_array a, double b, mtp_array* out); /* b takes a's dtype */
int mtp_along_axis(int op, mtp_array x, int axis, int keepdims, mtp_array* out);
int mtp_astype(mtp_array x, int dtype, mtp_array* out);
int mtp_view(mtp_array x, int dtype, mtp_array* out);
int mtp_reshape(mtp_array x, const int* shape, int ndim, mtp_array* out);
int mtp_broadcast_to(mtp_array x, const int* shape, int ndim, mtp_array* out);
int mtp_transpose(mtp_array x, const int* axes, int n, mtp_array* out);
int mtp_slice(mtp_array x, const int* start_stop_stride, int ndim, mtp_array* out);
int mtp_slice_update(mtp_array x, mtp_array update, const int* start_stop_stride, int ndim, mtp_array* out);
int mtp_concatenate(const mtp_array* arrays, int n, int axis, mtp_array* out);
int mtp_stack(const mtp_array* arrays, int n, int axis, mtp_array* out);
int mtp_split(mtp_array x, const int* indices, int n, int axis, mtp_array* outs); /* n + 1 results */
int mtp_take(mtp_array x, mtp_array indices, int axis, mtp_array* out);
int mtp_take_along_axis(mtp_array x, mtp_array indices, int axis, mtp_array* out);
int mtp_argpartition(mtp_array x, int kth, int axis, mtp_array* out);
int mtp_repeat(mtp_array x, int repeats, int axis, mtp_array* out);
int mtp_where(mtp_array condition, mtp_array x, mtp_array y, mtp_array* out);
int mtp_tri(int rows, int columns, int diagonal, int dtype, mtp_array* out);
int mtp_pad(mtp_array x, int axis, int before, int after, mtp_array* out);
int mtp_conv1d(mtp_array x, mtp_array weight, int groups, mtp_array* out);

/* Quantized weights. scales and biases as MLX stores them; biases 0 where the mode has none. */
int mtp_quantize(mtp_array w, int group, int bits, int mode, mtp_array* weight_scales_biases);
int mtp_dequantize(mtp_array w, mtp_array scales, mtp_array biases, int group, int bits, int mode, int dtype, mtp_array* out);
int mtp_quantized_matmul(mtp_array x, mtp_array w, mtp_array scales, mtp_array biases, int group, int bits, int mode, mtp_array* out);
int mtp_gather_matmul(mtp_array x, mtp_array w, mtp_array rhs_indices, int sorted, mtp_array* out);
int mtp_gather_quantized_matmul(mtp_array x, mtp_array w, mtp_array scales, mtp_array biases, mtp_array rhs_indices, int group, int bits, int mode, int sorted, mtp_array* out);

/* Fused operations. */
int mtp_rms_norm(mtp_array x, mtp_array weight, float eps, mtp_array* out); /* weight may be 0 */
int mtp_rope(mtp_array x, int dims, int offset, mtp_array frequencies, mtp_array* out);
int mtp_attention(mtp_array q, mtp_array k, mtp_array v, float scale, int causal, mtp_array mask, mtp_array* out);

/* Layers in one node: the CPU kernels where they serve (mtp_kernels), else what MLX has. */
int mtp_kernels(char* name, int size);               /* the kernels' instruction set; empty where they do not serve */
int mtp_kernels_wanted(int wanted);                  /* 0 leaves the kernels out from now on */
int mtp_delta_net_rows(int* rows);                   /* most rows that mtp_delta_net serves here; 0 where it does not */
int mtp_read_bandwidth(int64_t bytes, double* bytes_per_second); /* of the kernels' threads, over that much memory */
int mtp_set_threads(int n);                          /* threads that the kernels use, at most */
int mtp_linear(mtp_array x, mtp_array w, mtp_array* out);          /* x [..., K], w [N, K] */
int mtp_all_finite(mtp_array x, mtp_array* out);                   /* one bool */
int mtp_greedy(mtp_array logits, int vocabulary, mtp_array* outs); /* of each row: token, its logit, log of the sum of exp */
/* tokens [1, k] of the first k rows of logits [1, T, V]; outs: the probability of each under the softmax of scale times its
   row, and how many logits of the row are above its own */
int mtp_standing(mtp_array logits, mtp_array tokens, int vocabulary, float scale, mtp_array* outs);
int mtp_swiglu(mtp_array gate, mtp_array up, mtp_array* out);      /* silu(gate) * up */
/* u, conv_state, conv_weight [K, C], a, b, z, negative_a, dt_bias, norm_weight, state;
   outs: y, window, and the state after the last row. Up to mtp_delta_net_rows rows.
   Where earlier_rows > 0, four inputs more, u, conv_state, a and b of an earlier pass: the state is first moved over so
   many of its rows, and the state after those is a fourth output. */
int mtp_delta_net(const mtp_array* inputs, int earlier_rows, float norm_eps, mtp_array* outs);
/* q with gate [B, T, H, D or 2D], k, v [B, T, Hkv, D], q_norm, k_norm, periods, keys, values [B, Hkv, capacity, D];
   outs: y [B, T, H * D], keys, values. Kernels only. */
int mtp_gated_attention(const mtp_array* inputs, int offset, int rotary_dims, float rotary_scale, float norm_eps, float scale, int gated, mtp_array* outs);

/* [any thread] Packs groups of 32 numbers (from: float32 0, bfloat16 1, float16 2) into MXFP4 or MXFP8 (bits 4 or 8), each
   with the scale that leaves the least error. finite: 0 where a number is not, and the output means nothing. */
int mtp_encode_mx(const void* from, int type, int64_t groups, int bits, void* codes, void* scales, int* finite);

/* Calls of these functions since the start. */
int mtp_calls(int64_t* count);                       /* [any thread] */

/* Memory, in bytes. */
int mtp_memory(int64_t* active_peak_cache);          /* [any thread] */
int mtp_reset_peak_memory(void);
int mtp_clear_cache(void);
int mtp_set_cache_limit(int64_t bytes);
int mtp_set_wired_limit(int64_t bytes);

/* Fails on purpose: 0 a std::exception, 1 something that is none, 2 a bad allocation. For tests of the border. */
int mtp_throw(int kind);

#ifdef __cplusplus
}
#endif

#endif
