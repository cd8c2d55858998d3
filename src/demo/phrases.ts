/** What the demo account writes, by what the day was about; a phrase says nothing about the mood beside it. */
export const phrases: Record<string, readonly string[]> = {
  run: [
    'Long run along the river before work.',
    'A slow five kilometres in the rain.',
    'Ran with Anna, talked the whole way.',
  ],
  friends: [
    'Dinner with Jonas and Mira, stayed too long.',
    'Called an old friend after months.',
    'Board games until late.',
  ],
  reading: ['Read half of the novel on the sofa.', 'A quiet evening with a book.', 'Library, then tea.'],
  garden: ['Planted the tomatoes out.', 'Cut back the hedge at last.', 'Sat in the garden for an hour.'],
  deadline: [
    'The report is due and nothing fits.',
    'Meetings from nine to six.',
    'Finished the slides at midnight.',
  ],
  travel: [
    'Train to Lyon, window seat.',
    'Delayed twice, arrived in the dark.',
    'Walked through a town I did not know.',
  ],
  cooking: [
    'Tried the lentil recipe again, better this time.',
    'Baked bread, the kitchen smells of it.',
    'Soup for three days.',
  ],
  nothing: ['Nothing much. A day like others.', 'Slept in, pottered about.', 'Grey day, laundry, radio.'],
};

/** First lines of the morning, for days on which only the night is noted. */
export const mornings = [
  'Slept badly.',
  'Woke before the alarm.',
  'Coffee on the balcony.',
  'Dreamt of the sea again.',
];
