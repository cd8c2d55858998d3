/** A parameter of an operation as the contract describes it. */
export interface Parameter {
  name: string;
  in: string;
  schema: { type?: string | string[]; format?: string; enum?: string[]; minimum?: number };
}

/** Query strings for an operation: none, each parameter by itself with every kind of value it takes, all at once. */
export function sampleQueries(parameters: Parameter[]): string[] {
  const query = parameters.filter((each) => each.in === 'query');
  const single = query.flatMap((each) => valuesFor(each).map((value) => `?${each.name}=${value}`));
  const all = query.map((each) => `${each.name}=${valuesFor(each)[0]}`).join('&');
  return ['', ...single, ...(query.length > 1 ? [`?${all}`] : []), '?no_such_parameter=1'];
}

function valuesFor({ schema }: Parameter): string[] {
  if (schema.enum) return schema.enum;
  if (schema.type === 'boolean') return ['true', 'false'];
  if (schema.type === 'integer') return [String(schema.minimum ?? 1), '5', 'x'];
  if (schema.format?.startsWith('day')) return ['2026-01-01', '1900-01-01', 'x'];
  // As a search for everything, and as what it may be an injection into.
  return ['general', '%25', '*', `' or 1=1 --`.replaceAll(' ', '+')];
}
