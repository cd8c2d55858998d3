/**
 * SQL for what the wall clock of a time zone shows. PostgreSQL reads CET, EET, MET and WET as abbreviations with a
 * fixed offset before it looks for the IANA zones of those names; the function `local_day` of the schema does the same.
 */
export function wallClock(instant: string, timeZone: string): string {
  return `(${instant} at time zone case upper(${timeZone} collate "C")
      when 'CET' then 'Europe/Brussels'
      when 'MET' then 'Europe/Brussels'
      when 'EET' then 'Europe/Athens'
      when 'WET' then 'Europe/Lisbon'
      else ${timeZone}
    end)`;
}
