export { FEATURES, type FeatureDefinition, type FeatureName, featureOf } from './catalogue.ts';
