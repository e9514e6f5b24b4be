{
  'target_defaults': {
    'default_configuration': 'Release',
  },
  'targets': [
    {
      'target_name': 'kernels_sse2',
      'includes': ['native/kernel-target.gypi'],
      'defines': ['BOT4_TARGET=sse2'],
      'cflags_cc': ['-march=x86-64'],
    },
    {
      'target_name': 'kernels_avx2',
      'includes': ['native/kernel-target.gypi'],
      'defines': ['BOT4_TARGET=avx2'],
      'cflags_cc': ['-march=x86-64-v3'],
    },
    {
      'target_name': 'kernels_avx512',
      'includes': ['native/kernel-target.gypi'],
      'defines': ['BOT4_TARGET=avx512'],
      'cflags_cc': ['-march=x86-64-v4', '-mprefer-vector-width=512'],
    },
    {
      'target_name': 'bot4',
      'dependencies': ['kernels_sse2', 'kernels_avx2', 'kernels_avx512'],
      'sources': ['<!@(node scripts/list-kernels.mjs sources binding)'],
      'include_dirs': ['native'],
      'defines': [
        'NAPI_VERSION=9',
        'SIMDJSON_EXCEPTIONS=0',
        'NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS',
        'NODE_ADDON_API_DISABLE_DEPRECATED',
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',  # Of an environment that is being terminated.
      ],
      'cflags_cc!': ['-std=gnu++17'],
      'cflags_cc': [
        '-std=c++20', '-march=x86-64', '-fvisibility=hidden', '-fno-exceptions', '-fno-rtti',
        '-ffp-contract=off',
        '-isystem', '<!(node scripts/list-kernels.mjs --napi-include)',
        '-isystem', '<!(node scripts/list-kernels.mjs --simdjson-include)',
        '-Wall', '-Wextra', '-Wpedantic', '-Wshadow',
      ],
      'ldflags': ['-Wl,--exclude-libs,ALL', '-Wl,-Bsymbolic'],
    },
  ],
}
