//! Reads an act field by field. The reader that serde derives for an object with its name in a field copies the object first, and
//! what is wrong then has no place any more; a caller should be told which field it is.

use std::fmt;

use serde::de::value::StringDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, Unexpected,
    VariantAccess, Visitor,
};

use super::act::Act;

/// An act as it was sent.
pub struct Sent(pub Act);

const NAME: &str = "act";

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Sent;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an act")
    }

    /// The fields come in the order of their names, and no field of an act comes before `act`.
    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Sent, A::Error> {
        match fields.next_key::<String>()? {
            Some(name) if name == NAME => {}
            Some(name) if name.as_str() < NAME => return Err(A::Error::unknown_field(&name, &[NAME])),
            _ => return Err(A::Error::missing_field(NAME)),
        }
        let name = fields.next_value()?;
        Act::deserialize(Named { name, fields }).map(Sent)
    }
}

/// The fields that are left, once the name of the act is known.
struct Named<A> {
    name: String,
    fields: A,
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Named<A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Named<A> {
    type Error = A::Error;
    type Variant = Rest<A>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Rest<A>), A::Error> {
        let name: StringDeserializer<A::Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, Rest(self.fields)))
    }
}

struct Rest<A>(A);

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Rest<A> {
    type Error = A::Error;

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_map(self.0)
    }

    // Every act has fields.
    fn unit_variant(self) -> Result<(), A::Error> {
        Err(A::Error::invalid_type(Unexpected::UnitVariant, &"an act"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, A::Error> {
        Err(A::Error::invalid_type(Unexpected::NewtypeVariant, &"an act"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, A::Error> {
        Err(A::Error::invalid_type(Unexpected::TupleVariant, &"an act"))
    }
}
