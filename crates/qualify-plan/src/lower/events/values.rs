//! Properties as values of the event in hand, and the columns in which facts find them.

use crate::lower::{Computed, Extent, Lowered, Lowering, Number};
use crate::{InputAt, Instruction, L, N, Register, RegisterType, T, ToL, ToN, ToT, ToX, X};
use qualify_model::{Property, Type, Value};

impl<'m> Lowering<'m> {
    /// In an event program: a property of the event in hand, read as the type of the property.
    pub(crate) fn property(&mut self, property: &'m Property) -> Lowered<Computed> {
        let columns = self.events.columns.of(property);
        let as_text = matches!(property.ty, Type::Text(_) | Type::Stage);
        let mut value: Option<Register> = None;
        for column in columns {
            let next = self.load_column(column, as_text);
            value = Some(match value {
                None => next,
                Some(first) => self.either_known(first, next),
            });
        }
        let value = value.unwrap_or_else(|| self.no_value(&property.ty));
        Ok(match value {
            Register(RegisterType::Truth, n) => Computed::Truth(T(n)),
            Register(RegisterType::Text, n) => Computed::Text(X(n)),
            Register(RegisterType::List, n) => Computed::List(L(n)),
            Register(_, n) => Computed::Number(Number::Plain(N(n))),
        })
    }

    fn load_column(&mut self, column: u32, as_text: bool) -> Register {
        let extent = self.column_extent(column);
        let input = InputAt(column);
        let ty = self.plan.needs.properties[column as usize].ty.clone();
        let load = match &ty {
            Type::YesNo => Instruction::LoadTruth { to: ToT(0), input },
            Type::Text(_) | Type::Stage => Instruction::LoadText { to: ToX(0), input },
            Type::List(_) => Instruction::LoadList { to: ToL(0), input },
            _ => Instruction::LoadNumber { to: ToN(0), input },
        };
        let value = self.graph().value(load, extent);
        match &ty {
            Type::OneOf(id) if as_text => {
                let words = self.model.schema.vocabulary(*id).words.iter();
                let texts = self.event_texts(words.map(|word| word.name.clone()).collect());
                let text = Instruction::TextAt { to: ToX(0), a: N(value.1), texts };
                self.graph().value(text, Extent::ANY)
            }
            _ => value,
        }
    }

    fn either_known(&mut self, a: Register, b: Register) -> Register {
        let graph = self.graph();
        let extent = graph.extent(a.1).hull(graph.extent(b.1));
        let instruction = match a.0 {
            RegisterType::Truth => Instruction::IfKnownTruth { to: ToT(0), a: T(a.1), b: T(b.1) },
            RegisterType::Text => Instruction::IfKnownText { to: ToX(0), a: X(a.1), b: X(b.1) },
            RegisterType::List => Instruction::IfKnownList { to: ToL(0), a: L(a.1), b: L(b.1) },
            _ => Instruction::IfKnownNumber { to: ToN(0), a: N(a.1), b: N(b.1) },
        };
        graph.value(instruction, extent)
    }

    fn no_value(&mut self, ty: &Type) -> Register {
        let instruction = match ty {
            Type::YesNo => Instruction::TruthConstant { to: ToT(0), value: 1 },
            Type::Text(_) | Type::Stage => Instruction::TextUnknown { to: ToX(0) },
            Type::List(_) => Instruction::ListUnknown { to: ToL(0) },
            _ => Instruction::NumberUnknown { to: ToN(0) },
        };
        self.graph().value(instruction, Extent::UNKNOWN)
    }

    /// The column of a property for facts: one of its own, or joined ones.
    pub(super) fn property_column(&mut self, property: &Property) -> u32 {
        let columns = self.events.columns.of(property);
        if let [one] = columns.as_slice() {
            return *one;
        }
        let place = self.plan.joined.iter().position(|joined| *joined == columns);
        let place = place.unwrap_or_else(|| {
            self.plan.joined.push(columns);
            self.plan.joined.len() - 1
        });
        (self.plan.needs.properties.len() + place) as u32
    }

    /// The type of register that holds a value of a column.
    pub(super) fn column_register(&self, column: u32) -> RegisterType {
        let properties = &self.plan.needs.properties;
        let of = |column: u32| match properties.get(column as usize).map(|column| &column.ty) {
            Some(Type::YesNo) => RegisterType::Truth,
            Some(Type::Text(_) | Type::Stage) | None => RegisterType::Text,
            Some(Type::List(_)) => RegisterType::List,
            Some(_) => RegisterType::Number,
        };
        let Some(joined) = self.plan.joined.get((column as usize).wrapping_sub(properties.len())) else {
            return of(column);
        };
        let types: Vec<&Type> = joined.iter().map(|column| &properties[*column as usize].ty).collect();
        match types.as_slice() {
            [first, rest @ ..] if rest.iter().all(|ty| ty == first) => of(joined[0]),
            _ => RegisterType::Text,
        }
    }

    /// What is proven of the values of a property.
    pub(super) fn property_extent(&self, property: &Property) -> Extent {
        let columns = self.events.columns.of(property);
        let each = columns.into_iter().map(|column| self.column_extent(column));
        each.reduce(Extent::hull).unwrap_or(Extent::UNKNOWN)
    }

    /// Values outside a declared range are unknown when they are read.
    fn column_extent(&self, column: u32) -> Extent {
        let column = &self.plan.needs.properties[column as usize];
        let schema = &self.model.schema;
        let (low, high) = match &column.ty {
            Type::YesNo => return Extent::TRUTH,
            Type::OneOf(id) => (0, schema.vocabulary(*id).words.len() as i128 - 1),
            Type::Date => (i32::MIN as i128, i32::MAX as i128),
            Type::Number(_) | Type::Duration | Type::Time => {
                let pairs = schema.events.iter().zip(&column.places);
                let each = pairs.filter_map(|(event, place)| event.properties.get((*place)? as usize));
                let range = |property: &qualify_model::Attribute| match &property.range {
                    Some((Value::Number(low), Value::Number(high))) => (*low as i128, *high as i128),
                    _ => (i64::MIN as i128, i64::MAX as i128),
                };
                let hull = each.map(range).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
                hull.unwrap_or((i64::MIN as i128, i64::MAX as i128))
            }
            _ => return Extent::ANY,
        };
        Extent { low, high, unknown: true }
    }
}
