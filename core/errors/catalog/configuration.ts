import type { CatalogEntry } from './entry.ts'

/** What keeps a configuration from being applied; each names the place in what was given. */
export const configurationFaults = {
  CONFIGURATION_INVALID: {
    fate: 'refused', http: 422,
    says: 'This configuration has {count} problems; nothing of it was applied.',
    remedy: 'Put right what "problems" lists and apply it again.',
  },
  CONFIGURATION_SHAPE: {
    fate: 'refused', http: 422,
    says: 'What stands here {reason}.',
    remedy: 'Write it as docs/configuration.md shows.',
  },
  CONFIGURATION_TWICE: {
    fate: 'refused', http: 422,
    says: 'The {what} stands here a second time.',
    remedy: 'Keep one of the two, with all that is to be said of it.',
  },
  CONFIGURATION_NAME_UNKNOWN: {
    fate: 'refused', http: 422,
    says: 'There is no {what} "{name}", neither here nor in the hub.',
    remedy: 'Correct the name, or add the {what} to the files.',
  },
  CONFIGURATION_NAME_AMBIGUOUS: {
    fate: 'refused', http: 422,
    says: 'The hub has several partners named "{name}".',
    remedy: 'Files know partners by name: give all but one of them another name.',
  },
  CONFIGURATION_MAPPING_UNFIT: {
    fate: 'refused', http: 422,
    says: 'The mapping {mapping} {reason}.',
    remedy: 'Name a mapping that makes what is agreed; "crossdock map --check" lists those there are.',
  },
  CONFIGURATION_ENDPOINT_UNFIT: {
    fate: 'refused', http: 422,
    says: 'The endpoint cannot be used like this: {reason}.',
    remedy: 'Give it what the connector {connector} asks for; its README has the list.',
  },
  CONFIGURATION_VALUE_UNFIT: {
    fate: 'refused', http: 422,
    says: 'This value {reason}.',
    remedy: 'Correct the value; docs/configuration.md says what fits.',
  },
  CONFIGURATION_IDENTIFIER_TAKEN: {
    fate: 'refused', http: 422,
    says: 'The identifier {identifier} is of the partner "{partner}".',
    remedy: 'An identifier means one partner. Correct it, or say whose numbering it is in "owner".',
  },
  CONFIGURATION_FIXED: {
    fate: 'refused', http: 422,
    says: 'The relationship is with "{before}", and its documents stay so.',
    remedy: 'Keep the {what}; a relationship with somebody else has another pair of ids.',
  },
  CONFIGURATION_FILE_UNREADABLE: {
    fate: 'refused', http: 422,
    says: 'The file cannot be read as configuration: {reason}.',
    remedy: 'Correct the file at this place and apply it again.',
  },
  CONFIGURATION_SECRET_MISSING: {
    fate: 'refused', http: 422,
    says: 'The secret cannot be had: {reason}.',
    remedy: 'Set the variable, or make the file readable, where you call crossdock apply.',
  },
  CONFIGURATION_SECRET_PLAIN: {
    fate: 'refused', http: 422,
    says: 'A secret stands in the file itself.',
    remedy: 'Write "env: NAME" or "file: PATH" below its name and take the secret out of the file.',
  },
  HUB_NOT_REACHED: {
    fate: 'not_sent', http: 503,
    says: 'The hub at {url} did not answer: {reason}.',
    remedy: 'Name the hub with --url or CROSSDOCK_HUB_URL, and look whether it runs.',
  },
  HUB_ANSWERS: {
    fate: 'refused', http: 422,
    says: 'The hub answers {status}: {says}',
    remedy: '{remedy}',
  },
} as const satisfies Record<string, CatalogEntry>
