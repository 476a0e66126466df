// What is packed, and how. Electron itself comes from set-up (ELECTRON_FOLDER); nothing is compiled here.
import { ELECTRON_FOLDER, manifest } from '../scripts/setup/paths.mjs'

export default {
  appId: 'org.givens-bench.app',
  productName: 'Givens Bench',
  executableName: 'givens-bench-window',
  electronVersion: manifest('electron').version,
  electronDist: ELECTRON_FOLDER,
  directories: { output: 'packaging/out', buildResources: 'resources' },
  npmRebuild: false,
  nodeGypRebuild: false,
  asar: true,
  // Programs, libraries and what other programs read cannot lie in an archive.
  asarUnpack: ['**/*.node', '**/*.so*', 'resources/python/**', 'resources/native/**'],
  files: [
    'out/**/*',
    '!out/**/*.map',
    '!out/.sources',
    'resources/**/*',
    'package.json',
    'LICENSE',
    // The window's libraries are in its bundle; of TensorFlow only the compiled binding is used.
    '!node_modules/{vue,vue-router,@vue,chart.js,@kurkle,csstype}/**',
    '!node_modules/@tensorflow/**',
  ],
  extraResources: [{ from: 'packaging/native', to: 'tensorflow' }],
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  fileAssociations: [
    { ext: 'givens', name: 'Givens Bench bundle', mimeType: 'application/x-givens-bench', role: 'Editor' },
  ],
  protocols: [{ name: 'Givens Bench link', schemes: ['givens'] }],
  linux: {
    target: ['dir'],
    icon: 'resources/icon.png',
    category: 'Science',
    synopsis: 'A lab bench for sparse-training research',
  },
  mac: { target: ['dmg'], category: 'public.app-category.developer-tools' },
  win: { target: ['nsis'], icon: 'resources/icon.png' },
}
