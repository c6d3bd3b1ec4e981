import { connectors } from '#connectors/index.ts'
import { endpointProblems } from '#connectors/_kit/settings.ts'
import type { ConnectorEnds, MappingEnds, Rules } from '#core/configuration/check.ts'

/** What configurations are checked against; `mapping` knows the mappings of this installation. */
export function configurationRules(mapping: (name: string) => MappingEnds | null): Rules {
  return { mapping, connector: connectorEnds }
}

function connectorEnds(id: string): ConnectorEnds | null {
  if (id === mailbox) return { operations: null, feeds: [], problems: () => [] }
  const connector = connectors.get(id)
  if (connector === undefined) return null
  return {
    operations: Object.keys(connector.operations),
    feeds: 'kind' in connector.feeds ? [] : Object.keys(connector.feeds),
    problems: (settings, secrets) => endpointProblems(connector, settings, secrets),
  }
}

/** The hub's own: what goes there is laid down for the partner to collect. */
const mailbox = 'mailbox'
