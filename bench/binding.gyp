# The bench addon: the workloads of bench/native, their peers and the product's own sources, with the
# product's flags. scripts/build-bench.mjs builds it in .cache/bench-addon, where links stand for the
# folders of the project, when `bot4 bench` first needs it; `npm start` never does.
{
  'target_defaults': {
    'default_configuration': 'Release',
  },
  'targets': [
    {
      'target_name': 'bench_kernels_sse2',
      'includes': ['native/kernel-target.gypi'],
      'defines': ['BOT4_TARGET=sse2'],
      'cflags_cc': ['-march=x86-64'],
    },
    {
      'target_name': 'bench_kernels_avx2',
      'includes': ['native/kernel-target.gypi'],
      'defines': ['BOT4_TARGET=avx2'],
      'cflags_cc': ['-march=x86-64-v3'],
    },
    {
      'target_name': 'bench_kernels_avx512',
      'includes': ['native/kernel-target.gypi'],
      'defines': ['BOT4_TARGET=avx512'],
      'cflags_cc': ['-march=x86-64-v4', '-mprefer-vector-width=512'],
    },
    {
      # simdjson as a peer, with AVX2 throughout as in CMakeLists.txt.
      'target_name': 'bench_simdjson_peers',
      'type': 'static_library',
      'sources': ['<!@(node scripts/list-kernels.mjs simdjson-peers)'],
      'include_dirs': ['native', 'bench/native'],
      'defines': ['SIMDJSON_EXCEPTIONS=0'],
      'cflags_cc!': ['-std=gnu++17'],
      'cflags_cc': [
        '-std=c++20', '-fPIC', '-march=x86-64-v3', '-fvisibility=hidden',
        '-fvisibility-inlines-hidden', '-fno-exceptions', '-fno-rtti', '-ffp-contract=off',
        '-isystem', '<!(node scripts/list-kernels.mjs --simdjson-include)',
        '-Wall', '-Wextra', '-Wpedantic', '-Wshadow',
      ],
    },
    {
      'target_name': 'bot4_bench',
      'dependencies': [
        'bench_kernels_sse2', 'bench_kernels_avx2', 'bench_kernels_avx512', 'bench_simdjson_peers',
      ],
      'sources': [
        '<!@(node scripts/list-kernels.mjs sources workloads)',
      ],
      'include_dirs': ['native', 'bench/native'],
      'defines': ['NAPI_VERSION=9', 'BOT4_STAGE_CLOCK=1', 'SIMDJSON_EXCEPTIONS=0'],
      'cflags_cc!': ['-std=gnu++17'],
      'cflags_cc': [
        '-std=c++20', '-march=x86-64', '-fvisibility=hidden', '-fno-exceptions', '-fno-rtti',
        '-ffp-contract=off',
        '-isystem', '<!(node scripts/list-kernels.mjs --simdjson-include)',
        '-Wall', '-Wextra', '-Wpedantic', '-Wshadow',
      ],
      # The addon's own calls of malloc go through a counter (bench/native/allocations.cc).
      'ldflags': [
        '-Wl,--exclude-libs,ALL', '-Wl,-Bsymbolic',
        '-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=posix_memalign,--wrap=aligned_alloc',
      ],
    },
  ],
}
