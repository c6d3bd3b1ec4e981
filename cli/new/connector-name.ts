/** One name in the spellings that a connector's files need. */
export interface ConnectorName {
  /** `acme-erp`: its id and its folder. */
  readonly id: string
  /** `acmeErp`: what it is called in code. */
  readonly variable: string
  /** `Acme Erp`: how people read of it, until somebody knows better. */
  readonly title: string
}

const wellFormed = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const charactersMax = 40

/** Words that no variable may be called, and folders that are no connector. */
const taken = new Set([
  'all', 'await', 'break', 'case', 'catch', 'class', 'connectors', 'const', 'continue', 'debugger',
  'default', 'delete', 'do', 'else', 'enum', 'export', 'extends', 'false', 'finally', 'for',
  'function', 'if', 'import', 'in', 'instanceof', 'let', 'new', 'null', 'return', 'static', 'super',
  'switch', 'this', 'throw', 'true', 'try', 'typeof', 'var', 'void', 'while', 'with', 'yield',
])

/** Null where a connector cannot be called so. */
export function connectorName(id: string): ConnectorName | null {
  if (!wellFormed.test(id) || id.length > charactersMax || taken.has(id)) return null
  const words = id.split('-')
  const capitals = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  const variable = words.slice(0, 1).concat(capitals.slice(1)).join('')
  return { id, variable, title: capitals.join(' ') }
}
