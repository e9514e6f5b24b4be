export type { SettingValues } from './check-settings.ts';
export { type ConfigIssue, renderIssue, showValue } from './config-issue.ts';
export { decodeConfigText, MAX_CONFIG_BYTES } from './config-text.ts';
export { compareDecimals, DECIMAL_PATTERN, isDecimal } from './decimal-text.ts';
export { closestTo, editDistance } from './edit-distance.ts';
export {
  type EnvironmentLayer,
  type EnvironmentName,
  environmentNameOf,
  environmentNames,
  settingsFromEnvironment,
} from './environment.ts';
export { type JsonNode, type JsonProblem, MAX_JSON_DEPTH, readJson } from './json-reader.ts';
export { type EffectiveSettings, effectiveSettings } from './layers.ts';
export { editorSchema } from './published-schema.ts';
export { type PathSetting, type Setting, settingFromJson, settingFromPaths } from './setting.ts';
export { describeAllowed, type SettingSchema } from './setting-schema.ts';
