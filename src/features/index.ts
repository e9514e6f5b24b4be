export { FEATURES, type FeatureDefinition, featureOf } from './catalogue.ts';
