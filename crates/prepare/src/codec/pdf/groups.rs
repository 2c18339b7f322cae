//! Finds groups in which something blends with what is below the group (PDF 32000-1, 11.4.5). The renderer blends
//! within a group only.

use std::collections::HashSet;

use hayro::hayro_syntax::content::UntypedIter;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro::hayro_syntax::page::{Page, Resources};

use super::forms::{self, DEEPEST};

/// Whether a group of the page, or of what its annotations are drawn as, that is not isolated contains a blend mode. How
/// often forms are drawn must have been checked.
pub(super) fn blend_with_what_is_below(page: &Page<'_>) -> bool {
    let content = page.page_stream().unwrap_or_default();
    let mut search = Search::default();
    search.content(content, page.resources(), (false, 0))
        || forms::notes(page)
            .iter()
            .any(|note| search.form(&note.content, &note.resources, (false, 0)))
}

/// The forms that were searched, each as a part of an open group and of none.
#[derive(Default)]
struct Search(HashSet<((u32, i32), bool)>);

impl Search {
    fn content(
        &mut self,
        content: &[u8],
        resources: &Resources<'_>,
        (is_open, depth): (bool, u32),
    ) -> bool {
        let mut instructions = UntypedIter::new(content);
        while let Some(instruction) = instructions.next() {
            let name =
                || -> Option<Name<'_>> { instruction.operands().next()?.clone().into_name() };
            let found = match &**instruction.operator {
                b"gs" if is_open => name()
                    .and_then(|name| resources.get_ext_g_state(&name))
                    .is_some_and(|state| blends(&state)),
                b"Do" => name()
                    .and_then(|name| resources.get_x_object(&name))
                    .is_some_and(|form| self.form(&form, resources, (is_open, depth))),
                _ => false,
            };
            if found {
                return true;
            }
        }
        false
    }

    fn form(
        &mut self,
        form: &Stream<'_>,
        around: &Resources<'_>,
        (is_open, depth): (bool, u32),
    ) -> bool {
        let dictionary = form.dict();
        let kind = dictionary.get::<Name<'_>>(b"Subtype".as_ref());
        let is_open = match dictionary.get::<Dict<'_>>(b"Group".as_ref()) {
            Some(group) => !group.get::<bool>(b"I".as_ref()).unwrap_or(false),
            None => is_open,
        };
        let id = form.obj_id();
        let is_form = kind.is_some_and(|kind| kind.as_ref() == b"Form");
        if !is_form || depth >= DEEPEST || !self.0.insert(((id.obj_number, id.gen_number), is_open))
        {
            return false;
        }
        let own = dictionary.get::<Dict<'_>>(b"Resources".as_ref());
        let resources = own.map_or_else(|| around.clone(), Resources::new);
        let content = form.decoded_data().unwrap_or_default();
        self.content(&content, &resources, (is_open, depth + 1))
    }
}

/// Whether a state of the graphics has another blend mode than the normal one; of a list, the first counts.
fn blends(state: &Dict<'_>) -> bool {
    let mode = match state.get::<Object<'_>>(b"BM".as_ref()) {
        Some(Object::Array(list)) => first(&list),
        Some(mode) => mode.into_name(),
        None => None,
    };
    mode.is_some_and(|mode| !matches!(mode.as_ref(), b"Normal" | b"Compatible"))
}

fn first<'a>(list: &Array<'a>) -> Option<Name<'a>> {
    list.iter::<Name<'_>>().next()
}
