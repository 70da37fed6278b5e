//! A day that comes out of a text is one of the calendar, and reads again as itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shelflife::date::{self, Attribute, DayOrder, Wanted, Zone};
use shelflife_fuzz::text;

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    let readings = [
        date::parse_day(&text),
        date::parse_month(&text),
        date::parse_day_or_month(&text),
        date::parse_moment(&text),
        date::parse_local_moment(&text),
        date::parse_any(&text),
        date::parse_iso(&text).filter(date::is_plausible),
    ];
    for day in readings.into_iter().flatten() {
        let written = day.to_string();
        assert_eq!(date::parse_iso(&written), Some(day), "{text:?}");
        assert_eq!(date::parse_any(&written), Some(day), "{text:?}");
        assert_eq!(date::parse_day(&written), Some(day), "{text:?}");
    }
    let _ = date::why_no_date(&text);
    let mut order = DayOrder::default();
    order.note(&text, &[]);
    if let Ok(day) = order.read(&text, &[], Wanted::Any(Zone::Utc)) {
        let attribute = Attribute {
            text: day.to_string(),
            is_whole: true,
            is_datetime: true,
        };
        let read = order.read(&text, &[attribute], Wanted::Any(Zone::Utc));
        assert_eq!(read, Ok(day), "{text:?}");
    }
    let padded = format!("\u{a0} {text}\n");
    assert_eq!(date::parse_any(&padded), date::parse_any(&text));
});
