//! How often the forms of a page are drawn: forms that draw forms become any number of instructions, and
//! the renderer keeps what each of them paints until the end.

use std::collections::HashMap;

use hayro::hayro_syntax::content::UntypedIter;
use hayro::hayro_syntax::object::{Dict, Name, Stream};
use hayro::hayro_syntax::page::{Page, Resources};

use crate::{Limit, LimitExceeded};

/// Most instructions that forms add to those of the page. Maps and plans have a few million in all, most
/// of them on the page itself.
const MOST: u64 = 20_000_000;
/// Instructions that a form costs, and one that is a transparent group, which is painted on a layer.
const FORM: u64 = 10;
const GROUP: u64 = 1_000;
/// Most forms within one another; the renderer follows them by recursion.
const DEEPEST: u32 = 100;

/// Refuses a page whose forms are drawn too often.
pub(super) fn check(page: &Page<'_>) -> Result<(), LimitExceeded> {
    let mut count = Count(HashMap::new());
    let content = page.page_stream().unwrap_or_default();
    let found = count.forms(content, page.resources(), 0);
    match found > MOST {
        true => Err(LimitExceeded {
            limit: Limit::WorkOf("number of instructions, with those of its forms,"),
            found,
            allowed: MOST,
        }),
        false => Ok(()),
    }
}

/// Instructions of each form that is known, with all that it draws, by its number and generation. While it is
/// counted it is 0, because the renderer leaves out what contains itself.
struct Count(HashMap<(u32, i32), u64>);

impl Count {
    /// Instructions that the forms drawn by a content add to it.
    fn forms(&mut self, content: &[u8], resources: &Resources<'_>, depth: u32) -> u64 {
        let mut all = 0_u64;
        let mut instructions = UntypedIter::new(content);
        while let Some(instruction) = instructions.next() {
            if &**instruction.operator != b"Do" {
                continue;
            }
            let name = instruction.operands().next();
            let name = name.and_then(|object| object.clone().into_name());
            let drawn = name.and_then(|name: Name<'_>| resources.get_x_object(&name));
            let more = drawn.map_or(0, |form| self.form(&form, depth));
            all = all.saturating_add(more);
        }
        all
    }

    fn form(&mut self, form: &Stream<'_>, depth: u32) -> u64 {
        let dictionary = form.dict();
        let kind = dictionary.get::<Name<'_>>(b"Subtype".as_ref());
        if kind.is_none_or(|kind| kind.as_ref() != b"Form") || depth >= DEEPEST {
            return 0;
        }
        let id = form.obj_id();
        let id = (id.obj_number, id.gen_number);
        if let Some(&known) = self.0.get(&id) {
            return known;
        }
        self.0.insert(id, 0);
        let resources = dictionary.get::<Dict<'_>>(b"Resources".as_ref());
        let resources = Resources::new(resources.unwrap_or_default());
        let own = match dictionary.contains_key(b"Group".as_ref()) {
            true => GROUP,
            false => FORM,
        };
        let content = form.decoded().unwrap_or_default();
        let mut instructions = UntypedIter::new(&content);
        let mut count = own;
        while instructions.next().is_some() {
            count += 1;
        }
        let count = count.saturating_add(self.forms(&content, &resources, depth + 1));
        self.0.insert(id, count);
        count
    }
}
