-- The few articles under embargo, which are looked at often.
CREATE INDEX articles_under_embargo ON articles (id) WHERE instr(wall, '"embargo"') > 0;
