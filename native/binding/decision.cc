// createDecisionKernel: the D64 kernels over memory bound once, for benches and tests.
#include <napi.h>

#include <string>

#include "binding/engine_handle.h"
#include "binding/layout_export.h"
#include "core/aligned_buffer.h"

namespace bot4::binding {
namespace {

/// One single decision and `blocks` blocks of eight, in one piece of memory.
struct KernelMemory {
  KernelMemory(std::size_t block_count, bool share_model, const DecisionTable* table)
      : blocks(block_count),
        shared(share_model),
        context(AlignedBuffer::round_up(sizeof(DecisionModel))),
        features(context + AlignedBuffer::round_up(sizeof(DecisionContext))),
        result(features + AlignedBuffer::round_up(sizeof(double) * kFeatureSlots)),
        model_block(result + AlignedBuffer::round_up(sizeof(Decision))),
        block(model_block + AlignedBuffer::round_up(sizeof(DecisionModelBlock) *
                                                    (share_model ? 0 : block_count))),
        block_result(block + AlignedBuffer::round_up(sizeof(DecisionBlock) * block_count)),
        memory(block_result + sizeof(DecisionBlockResult) * block_count),
        kernels(table),
        single{memory.at<double>(features), memory.at<DecisionModel>(0),
               memory.at<DecisionContext>(context), memory.at<Decision>(result)} {}

  /// Gives the last block's lanes without a symbol a step: where one lane is not finite, its whole
  /// group of blocks is decided once more.
  void fill_spare_lanes(std::size_t symbols) {
    double* steps = memory.at<DecisionBlock>(block)[blocks - 1].step;
    for (std::size_t at = symbols; at < blocks * kBlockLanes; ++at) steps[at % kBlockLanes] = 1.0;
  }

  std::size_t blocks;
  bool shared;  // One model for all blocks: the single decision's.
  // Offsets; the model is at 0.
  std::size_t context, features, result, model_block, block, block_result;
  AlignedBuffer memory;
  const DecisionTable* kernels;
  // Found once: a single decision is short enough for it to count.
  struct {
    const double* features;
    const DecisionModel* model;
    const DecisionContext* context;
    Decision* result;
  } single;
  int references = 1;
};

void release(napi_env, void*, void* hint) {
  auto* kernel = static_cast<KernelMemory*>(hint);
  if (--kernel->references == 0) delete kernel;
}

KernelMemory* bound(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  return static_cast<KernelMemory*>(data);
}

napi_value decide(napi_env env, napi_callback_info info) {
  const KernelMemory* k = bound(env, info);
  const auto& [features, model, context, result] = k->single;
  k->kernels->decide_fresh(features, model, context, result);
  return nullptr;
}

napi_value decide_batch(napi_env env, napi_callback_info info) {
  KernelMemory* k = bound(env, info);
  const auto* blocks = k->memory.at<DecisionBlock>(k->block);
  auto* results = k->memory.at<DecisionBlockResult>(k->block_result);
  if (k->shared) {
    k->kernels->decide_shared(k->memory.at<DecisionModel>(0), blocks, k->blocks, results);
  } else {
    k->kernels->decide_batch(k->memory.at<DecisionModelBlock>(k->model_block), blocks, k->blocks,
                             results);
  }
  return nullptr;
}

/// createDecisionKernel(symbols, shareModel): {arena, layout, offsets, decide(), decideBatch()}.
/// With shareModel decideBatch uses `model` for every symbol, and there is no model block.
Napi::Value create(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const double symbols = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : 0;
  if (!(symbols >= 1 && symbols <= 65536)) {
    Napi::TypeError error =
        Napi::TypeError::New(env, "createDecisionKernel: symbols must be 1 to 65536");
    error.Set("code", Napi::String::New(env, "ERR_BOT4_ARGUMENT"));
    error.ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const auto blocks = (static_cast<std::size_t>(symbols) + kBlockLanes - 1) / kBlockLanes;
  auto* kernel = new KernelMemory(blocks, info[1].ToBoolean(), decision_kernels(loaded_target()));
  kernel->fill_spare_lanes(static_cast<std::size_t>(symbols));
  Napi::Object out = Napi::Object::New(env);
  napi_value arena = nullptr;
  if (napi_create_external_arraybuffer(env, kernel->memory.data(), kernel->memory.size(), release,
                                       kernel, &arena) != napi_ok) {
    delete kernel;
    return env.Undefined();
  }
  out.Set("arena", Napi::Value(env, arena));
  out.Set("layout", export_decision_layout(env));
  Napi::Object offsets = Napi::Object::New(env);
  const auto offset = [&](const char* name, std::size_t at) {
    offsets.Set(name, Napi::Number::New(env, static_cast<double>(at)));
  };
  offset("model", 0);
  offset("context", kernel->context);
  offset("features", kernel->features);
  offset("result", kernel->result);
  offset("modelBlock", kernel->model_block);
  offset("block", kernel->block);
  offset("blockResult", kernel->block_result);
  out.Set("offsets", offsets);
  const auto function = [&](const char* name, napi_callback callback) {
    napi_value value = nullptr;
    if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, kernel, &value) != napi_ok) {
      return;  // The environment is ending.
    }
    ++kernel->references;
    if (napi_add_finalizer(env, value, kernel, release, kernel, nullptr) != napi_ok) {
      --kernel->references;
    }
    out.Set(name, Napi::Value(env, value));
  };
  function("decide", decide);
  function("decideBatch", decide_batch);
  return out;
}

}  // namespace

void register_decision(napi_env raw_env, napi_value raw_exports) {
  Napi::Env env(raw_env);
  Napi::Object exports(env, raw_exports);
  exports.Set("createDecisionKernel",
              Napi::Function::New(env, create, "createDecisionKernel"));
}

}  // namespace bot4::binding
