//! The service `whatsapp-cloud`: the profile picture of a business's phone number, through Meta's
//! own API.

use avatar_batch::args::UploadOptions;
use avatar_batch::error::CliError;
use avatar_upload::{CloudAccount, GRAPH_ADDRESS, Secret, TimeScale, WhatsappCloud, check_id};

use super::{Destinations, Identity, Service, no_rehearsal, platform, shared};
use crate::commands::upload::row::{AccountRow, wrong};
use crate::commands::upload::token;

pub(super) const SERVICE: Service = Service {
    name: "whatsapp-cloud",
    keys: &["app_id", "phone_number_id", "api_url"],
    spellings: &[],
    id,
    preset: |row| platform(row, "whatsapp-business"),
    open,
};

fn id(row: &AccountRow) -> Result<Identity, String> {
    for key in ["app_id", "phone_number_id"] {
        if check_id(row.value(key).unwrap_or_default()).is_err() {
            return Err(format!(
                "{key} is not a number of 1 to 20 digits without zeros before it"
            ));
        }
    }
    let [app, phone] = ["app_id", "phone_number_id"].map(|key| row.value(key).unwrap_or_default());
    Ok(Identity {
        id: phone.into(),
        recorded: format!("{app}/{phone}"),
        key: phone.into(),
    })
}

fn open(rows: &[&AccountRow], options: &UploadOptions) -> Result<Destinations, CliError> {
    no_rehearsal(options, "whatsapp-cloud")?;
    let account = |row: &&AccountRow| {
        let token =
            Secret::opaque(&token::of(row, options)?).map_err(|error| wrong(row, &error))?;
        let ids = ["app_id", "phone_number_id"].map(|key| row.value(key).unwrap_or_default());
        let url = row.value("api_url").unwrap_or(GRAPH_ADDRESS);
        let account = CloudAccount::new(ids, url, &options.allowed_hosts, token);
        account.map_err(|error| wrong(row, &error))
    };
    let accounts = rows.iter().map(account).collect::<Result<_, _>>()?;
    Ok(shared(WhatsappCloud::of(accounts, TimeScale::REAL)))
}
