export { FEATURES, type FeatureDefinition, type FeatureName } from './catalogue.ts';
