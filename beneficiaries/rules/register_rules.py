"""What the database itself keeps of the diary and dispatch registers, as a body of PL/pgSQL. SQLSTATE 23F40 and 23F41."""

# One series per register, office and calendar year; the unique key settles a race. The number says all three.
ENTRY_FOLLOWS = """
SELECT coalesce(max(serial), 0) INTO last FROM beneficiaries_registerentry
  WHERE register = NEW.register AND office_id = NEW.office_id AND year = NEW.year;
IF NEW.serial <> last + 1 THEN
  RAISE EXCEPTION 'Number % does not follow %: a register has no gaps.', NEW.serial, last USING ERRCODE = '23F40';
END IF;
SELECT code INTO kept_by FROM beneficiaries_office WHERE id = NEW.office_id;
IF NEW.number <> format('%s-%s-%s-%s', CASE NEW.register WHEN 'diary' THEN 'DY' ELSE 'DP' END, kept_by, NEW.year,
    lpad(NEW.serial::text, greatest(5, length(NEW.serial::text)), '0')) THEN
  RAISE EXCEPTION 'Number % is not made of register, office, year and serial %.', NEW.number, NEW.serial
    USING ERRCODE = '23F41';
END IF;
RETURN NEW;
"""
