
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('igs', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MapVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(default=0, verbose_name='nummer')),
            ],
            options={
                'verbose_name': 'versie van de kaart',
                'verbose_name_plural': 'versies van de kaart',
            },
        ),
    ]
