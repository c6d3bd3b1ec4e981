import { connectors } from '#connectors/index.ts'
import { endpointProblems } from '#connectors/_kit/settings.ts'
import type { ConnectorEnds, MappingEnds, Rules } from '#core/configuration/check.ts'

/** What configurations are checked against; `mapping` knows the mappings of this installation. */
export function configurationRules(mapping: (name: string) => MappingEnds | null): Rules {
  return { mapping, connector: connectorEnds }
}

function connectorEnds(id: string): ConnectorEnds | null {
  if (id === mailbox) {
    const problems: ConnectorEnds['problems'] = (settings, secrets) =>
      [...unknown('setting', settings, {}), ...unknown('secret', secrets, {})]
    return { operations: null, feeds: [], problems }
  }
  const connector = connectors.get(id)
  if (connector === undefined) return null
  return {
    operations: Object.keys(connector.operations),
    feeds: 'kind' in connector.feeds ? [] : Object.keys(connector.feeds),
    problems: (settings, secrets) => {
      const { allowedHosts, ...others } = settings
      return [
        ...endpointProblems(connector, settings, secrets),
        ...allowedHostsProblems(allowedHosts),
        ...unknown('setting', others, connector.settings),
        ...unknown('secret', secrets, connector.secrets),
      ]
    },
  }
}

/** The hub's own: what goes there is laid down for the partner to collect. */
const mailbox = 'mailbox'

type Named = Readonly<Record<string, unknown>>

/** A mistyped name is not taken for none, nor a secret for a setting that everybody may read. */
function unknown(what: string, given: Named, known: Named): string[] {
  return Object.keys(given).filter((name) => !Object.hasOwn(known, name))
    .map((name) => `it has no ${what} ${name}`)
}

/** The one setting that is the hub's own: private addresses that may be called. */
function allowedHostsProblems(hosts: unknown): string[] {
  if (hosts === undefined) return []
  const fits = Array.isArray(hosts) &&
    hosts.every((host) => typeof host === 'string' && host !== '')
  return fits ? [] : ['setting allowedHosts must be a list of hosts']
}
