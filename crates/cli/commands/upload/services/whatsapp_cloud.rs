//! The service `whatsapp-cloud`: the profile picture of a business's phone number, through Meta's
//! own API.

use avatar_upload::{
    CloudAccount, Destination, GRAPH_ADDRESS, Secret, Speed, WhatsappCloud, check_id,
};

use super::{Service, no_rehearsal};
use crate::args::UploadOptions;
use crate::commands::upload::row::{Row, wrong};
use crate::commands::upload::token;
use crate::error::CliError;

pub(super) const SERVICE: Service = Service {
    name: "whatsapp-cloud",
    keys: &["app_id", "phone_number_id", "api_url"],
    id,
    preset: |_| Ok("whatsapp-business"),
    open,
};

fn id(row: &Row) -> Result<String, String> {
    for (key, id) in [
        ("app_id", &row.app_id),
        ("phone_number_id", &row.phone_number_id),
    ] {
        if check_id(id.as_deref().unwrap_or_default()).is_err() {
            return Err(format!("{key} is not a number of 1 to 20 digits"));
        }
    }
    Ok(row.phone_number_id.clone().unwrap_or_default())
}

fn open(rows: &[&Row], options: &UploadOptions) -> Result<Box<dyn Destination>, CliError> {
    no_rehearsal(options, "whatsapp-cloud")?;
    let account = |row: &&Row| {
        let token = Secret::opaque(&token::of(row)?).map_err(|error| wrong(row, &error))?;
        let ids = [&row.app_id, &row.phone_number_id];
        let ids = ids.map(|id| id.as_deref().unwrap_or_default());
        let url = row.api_url.as_deref().filter(|url| !url.is_empty());
        let url = url.unwrap_or(GRAPH_ADDRESS);
        let account = CloudAccount::new(&*row.label, ids, url, &options.allowed_hosts, token);
        account.map_err(|error| wrong(row, &error))
    };
    let accounts = rows.iter().map(account).collect::<Result<_, _>>()?;
    Ok(Box::new(WhatsappCloud::new(accounts, Speed::REAL)))
}
