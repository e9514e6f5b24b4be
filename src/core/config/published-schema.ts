import type { SettingSchema } from './setting-schema.ts';

type Mutable = { -readonly [K in keyof SettingSchema]: SettingSchema[K] };

/** True when leaving the setting out is right: it, or everything below it, has a default. */
const mayBeOmitted = (schema: SettingSchema): boolean => {
  if (schema.default !== undefined) return true;
  if (schema.type !== 'object') return false;
  return (schema.required ?? []).every((key) => mayBeOmitted(schema.properties?.[key] ?? {}));
};

/**
 * The schema as an editor needs it: what has a default may be left out, annotations of this program
 * are gone, and the unit and the range of a decimal stand in the description.
 */
export function editorSchema(schema: SettingSchema): SettingSchema {
  const published: Mutable = { ...schema };
  const notes = [schema.description, unitNote(schema), rangeNote(schema)].filter(Boolean);
  for (const key of Object.keys(published)) {
    if (key.startsWith('x-')) delete published[key as keyof SettingSchema];
  }
  if (notes.length > 0) published.description = notes.join(' ');
  if (schema.items !== undefined) published.items = editorSchema(schema.items);
  if (schema.anyOf !== undefined) published.anyOf = schema.anyOf.map(editorSchema);
  if (schema.properties !== undefined) {
    published.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([key, below]) => [key, editorSchema(below)]),
    );
    const required = (schema.required ?? []).filter(
      (key) => !mayBeOmitted(schema.properties?.[key] ?? {}),
    );
    if (required.length > 0) published.required = required;
    else delete published.required;
  }
  return published;
}

const unitNote = (schema: SettingSchema): string =>
  schema['x-unit'] ? `Unit: ${schema['x-unit']}.` : '';

const rangeNote = (schema: SettingSchema): string => {
  const decimal = schema['x-decimal'];
  return decimal === undefined ? '' : `From ${decimal.minimum} to ${decimal.maximum}.`;
};
