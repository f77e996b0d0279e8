/** What `fleet` can do; apart from the command, which is loaded when it runs. */
export const FLEET_WORDS = ['apply', 'worker', 'status', 'pause', 'resume', 'remove'] as const;
